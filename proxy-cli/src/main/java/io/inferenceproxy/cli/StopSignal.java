package io.inferenceproxy.cli;

/** Tells a command that serves when to stop. */
interface StopSignal {

    /** Begins to listen; from now on a first signal stops gracefully and a second one ends the process at once. */
    void listen();

    /** Waits for the first signal. */
    void await() throws InterruptedException;
}
