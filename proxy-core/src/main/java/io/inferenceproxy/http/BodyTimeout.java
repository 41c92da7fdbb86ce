package io.inferenceproxy.http;

/** A body stalled: its sender let the time between bytes run out. It has no stack trace. */
public final class BodyTimeout extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BodyTimeout(String message) {
        super(message, null, false, false);
    }
}
