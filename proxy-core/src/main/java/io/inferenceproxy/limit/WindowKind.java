package io.inferenceproxy.limit;

/** When what was charged to a window comes back. */
public enum WindowKind {
    /** Each charge by itself, when the period since it is over: never more than the quota in any span. */
    ROLLING,
    /** All at the turn of the minute, the day, the month, by the calendar of the policy's zone. */
    FIXED,
    /** Evenly, one after the other, with a burst that may be taken at once. */
    SMOOTH
}
