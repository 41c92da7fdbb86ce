package io.inferenceproxy.cli;

import java.util.concurrent.CompletableFuture;

/** Tells a command that serves when to stop, and when to read its configuration anew. */
@FunctionalInterface
interface Signals {

    /**
     * Begins to listen: from now on a first signal completes the future, and a second one ends the process at once. Called
     * once.
     */
    CompletableFuture<Void> listen();

    /** From now on SIGHUP has that done, on a thread of its own; where there is no such signal, nothing does. */
    default void onHangUp(Runnable reload) {
        // nobody can tell
    }
}
