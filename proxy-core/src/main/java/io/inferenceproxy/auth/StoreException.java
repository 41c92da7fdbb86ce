package io.inferenceproxy.auth;

/** A store cannot be asked or written just now. Nobody is let in for it; who asks again later may have more luck. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
