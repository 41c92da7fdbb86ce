package io.inferenceproxy.limit;

/** What becomes of a policy's decisions. */
public enum PolicyMode {
    /** They hold. */
    ENFORCE,
    /** They are counted and told as metrics, and refuse nobody; callers are not told of them. */
    SHADOW,
    /** There are none. */
    OFF
}
