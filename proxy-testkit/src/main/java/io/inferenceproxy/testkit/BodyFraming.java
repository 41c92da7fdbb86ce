package io.inferenceproxy.testkit;

/** How the end of a body is told on the wire (RFC 9112 §6.3). */
public enum BodyFraming {
    /** There is no body and nothing that announces one. */
    NONE,
    /** {@code Content-Length} says how long it is. */
    LENGTH,
    /** {@code Transfer-Encoding: chunked}. */
    CHUNKED,
    /** It goes on until the connection closes; answers only. */
    UNTIL_CLOSE
}
