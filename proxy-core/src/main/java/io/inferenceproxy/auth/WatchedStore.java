package io.inferenceproxy.auth;

/**
 * A store that others change too. The proxy has it look for their changes every second, on a thread that may block, so a
 * change is known to all within {@link #BOUND_SECONDS} seconds, calls or no calls.
 */
public interface WatchedStore extends AutoCloseable {

    /** After how many seconds a change by another process is known, as long as the store can be reached. */
    int BOUND_SECONDS = 10;

    /**
     * Looks for changes. What goes wrong is logged, and what held before goes on holding.
     *
     * @return whether all changes until now are known
     */
    boolean refresh();

    /**
     * Writes some of what was put off, for a second or so. The proxy asks for it when all stores have looked for changes, which
     * must not wait for it. What goes wrong is logged.
     */
    default void flush() {
        // nothing is put off
    }

    /** Writes what was put off; the store is not used any more. */
    @Override
    default void close() {
        // nothing is put off
    }
}
