package io.inferenceproxy.cli;

import java.util.concurrent.CompletableFuture;

/** Tells a command that serves when to stop. */
@FunctionalInterface
interface StopSignal {

    /**
     * Begins to listen: from now on a first signal completes the future, and a second one ends the process at once. Called
     * once.
     */
    CompletableFuture<Void> listen();
}
