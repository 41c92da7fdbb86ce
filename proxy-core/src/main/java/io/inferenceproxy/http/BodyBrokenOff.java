package io.inferenceproxy.http;

/** The sender of a body went away, or broke the framing, before the body was whole; it has no stack trace. */
public final class BodyBrokenOff extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BodyBrokenOff(String message) {
        super(message, null, false, false);
    }
}
