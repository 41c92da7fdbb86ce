package io.inferenceproxy.limit;

/** What a window decided about a call. */
public enum LimitOutcome {
    ADMITTED,
    REFUSED,
    /** Its policy only watches, and would have admitted the call. */
    SHADOW_ADMITTED,
    /** Its policy only watches, and would have refused the call. */
    SHADOW_REFUSED
}
