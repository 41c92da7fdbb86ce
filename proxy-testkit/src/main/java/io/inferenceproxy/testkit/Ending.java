package io.inferenceproxy.testkit;

/** What a {@link Reply} does with the connection once everything is written. */
public enum Ending {
    /** Reads the rest of the request, then serves the next one; closes when the request asked for it. */
    KEEP_ALIVE,
    /** Closes regularly (FIN). */
    CLOSE,
    /** Resets (RST). */
    RESET,
    /** Closes its own direction only, and goes on reading until the peer closes. */
    HALF_CLOSE,
    /** Holds the connection open in silence until the peer leaves; that counts as an {@link Abort}. */
    HOLD
}
