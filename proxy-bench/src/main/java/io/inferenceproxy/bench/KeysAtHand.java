package io.inferenceproxy.bench;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.auth.KeyStore;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keys in a map, which are found at once: what is measured is then not the store. For one thread. */
final class KeysAtHand implements KeyStore {

    private final TreeMap<String, ApiKey> keys = new TreeMap<>();
    private long revision;

    @Override
    public CompletionStage<Optional<ApiKey>> find(String id) {
        return CompletableFuture.completedFuture(Optional.ofNullable(keys.get(id)));
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
        // nobody asks
    }

    @Override
    public Map<String, Instant> lastUses(Collection<String> ids) {
        return Map.of();
    }
}
