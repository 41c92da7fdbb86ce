package io.inferenceproxy.call;

/** How a call ended, seen from the client's side of the wire. */
public enum CallEnd {
    /** The whole answer was written. */
    COMPLETED,
    /** The client left, or stopped reading, before the answer was whole. */
    CLIENT_GONE,
    /** The answer broke off after its head: the upstream failed, or the proxy stopped waiting for it. */
    BROKEN_OFF
}
