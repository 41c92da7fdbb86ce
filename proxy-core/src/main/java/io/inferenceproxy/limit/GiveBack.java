package io.inferenceproxy.limit;

/** What makes a charge be given back. */
public enum GiveBack {
    /** The content was refused, or was larger than it may be. */
    REFUSED_CONTENT,
    /** The upstream gave no answer: the proxy itself answered 502, 503 or 504. */
    UPSTREAM_FAILURE,
    /** The caller went away before the upstream began to answer. */
    CANCELLED
}
