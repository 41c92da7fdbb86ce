package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The store without keys. */
final class NoKeys implements KeyStore {
    @Override
    public CompletionStage<Optional<ApiKey>> find(String id) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public long revision() {
        return 0;
    }

    @Override
    public boolean add(ApiKey key) {
        throw new UnsupportedOperationException("no keys are kept here");
    }

    @Override
    public boolean replace(ApiKey seen, ApiKey next) {
        return false;
    }

    @Override
    public boolean remove(String id) {
        return false;
    }

    @Override
    public List<ApiKey> page(String after, int most) {
        return List.of();
    }

    @Override
    public void used(String id, Instant when) {
        // there are none
    }

    @Override
    public Map<String, Instant> lastUses(Collection<String> ids) {
        return Map.of();
    }
}
