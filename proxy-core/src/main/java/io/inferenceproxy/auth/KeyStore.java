package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Where API keys are kept. Safe for many threads.
 *
 * <ol>
 *   <li>{@link #find} and {@link #revision} are called on I/O threads and do not block; the others are called on the workers
 *       and may.
 *   <li>What a change has returned for is kept, whatever happens to the process afterwards.
 *   <li>Of several who replace the same key at once, one succeeds.
 *   <li>A store that cannot be asked or written says so by a {@link StoreException}, thrown or in the stage.
 * </ol>
 */
public interface KeyStore {

    /** Without keys. */
    @SuppressWarnings("ClassInitializationDeadlock") // its class is named here alone, so no thread begins with that one
    KeyStore NONE = new NoKeys();

    /** The key with this id. The stage may complete on any thread. */
    CompletionStage<Optional<ApiKey>> find(String id);

    /**
     * The same for who is on a worker already, and blocks. A store whose {@link #find} waits for a worker has this one do
     * without: when all workers wait for a worker, none comes.
     */
    default Optional<ApiKey> findNow(String id) {
        try {
            return find(id).toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof StoreException down ? down : failed;
        }
    }

    /** A number that is another one as soon as a change by whomever is known here, so that what was found may be old. */
    long revision();

    /** Keeps a new key, unless there is one with this id; says whether it has. */
    boolean add(ApiKey key);

    /** Puts a key in the place of the same one as it was seen, unless it has changed since or is gone; says whether it has. */
    boolean replace(ApiKey seen, ApiKey next);

    /** Ends a key for good; says whether there was one. */
    boolean remove(String id);

    /**
     * Keys in the order of their ids.
     *
     * @param after begins behind this id; empty: with the first
     * @param most how many at most
     */
    List<ApiKey> page(String after, int most);

    /** Notes that a key was used, some time soon; never blocks, and what was not written yet may be lost. */
    void used(String id, Instant when);

    /** When these keys were last used, by their ids, as far as that has been written. */
    Map<String, Instant> lastUses(Collection<String> ids);
}
