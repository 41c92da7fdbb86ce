package io.inferenceproxy.http;

/** The body of a request stalled for longer than is allowed; it has no stack trace. */
public final class BodyTimeout extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BodyTimeout() {
        super("the request's body stalled", null, false, false);
    }
}
