package io.inferenceproxy.testkit;

/** How the other side ended a connection. */
public enum PeerEnd {
    /** Regularly, with a FIN; a half-close looks the same. */
    CLOSED,
    /** With a RST, or the connection broke. */
    RESET
}
