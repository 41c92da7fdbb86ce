package io.inferenceproxy.limit;

/** What shared counters answer: by when, whether all was charged, and how each window then stands. */
public interface SharedAnswer {

    /** The wait of what can never be admitted. */
    long NEVER = -1;

    /** The time of the shared clock, in microseconds since 1970. */
    long now();

    /** Whether what was asked was done; only charges can be refused. */
    boolean isDone();

    /** How much the window of a claim still admits; may be below 0. */
    long remaining(int claim);

    /** How long until it admits more, in microseconds. */
    long resetMicros(int claim);

    /** How long until it admits the claim, in microseconds; 0 when it does by itself, {@link #NEVER} when it never does. */
    long waitMicros(int claim);
}
