package io.inferenceproxy.pem;

/** What was read cannot be used; the message is our own and quotes nothing of it. */
public class UnusablePem extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public UnusablePem(String message) {
        super(message);
    }
}
