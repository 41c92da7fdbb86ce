package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keys that a test watches: how often they were asked for, and the answers held back when it says so. */
final class KeysInMemory implements KeyStore {

    final Map<String, Instant> uses = new HashMap<>();
    int asked;
    int usesAsked;
    Optional<CompletableFuture<Optional<ApiKey>>> held = Optional.empty();

    private final TreeMap<String, ApiKey> keys = new TreeMap<>();
    private long revision;

    @Override
    public CompletionStage<Optional<ApiKey>> find(String id) {
        asked++;
        return held.<CompletionStage<Optional<ApiKey>>>map(stage -> stage)
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.ofNullable(keys.get(id))));
    }

    @Override
    public Optional<ApiKey> findNow(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public boolean add(ApiKey key) {
        revision++;
        return keys.putIfAbsent(key.id(), key) == null;
    }

    @Override
    public boolean replace(ApiKey seen, ApiKey next) {
        revision++;
        return keys.replace(seen.id(), seen, next);
    }

    @Override
    public boolean remove(String id) {
        revision++;
        return keys.remove(id) != null;
    }

    @Override
    public List<ApiKey> page(String after, int most) {
        return keys.tailMap(after, false).values().stream().limit(most).toList();
    }

    @Override
    public void used(String id, Instant when) {
        uses.put(id, when);
    }

    @Override
    public Map<String, Instant> lastUses(Collection<String> ids) {
        usesAsked++;
        return uses;
    }
}
