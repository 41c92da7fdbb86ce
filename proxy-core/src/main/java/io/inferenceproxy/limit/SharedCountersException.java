package io.inferenceproxy.limit;

/** The shared counters cannot be reached, or do not let us in. */
public final class SharedCountersException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * A refusal of what was set, before anybody was asked.
     *
     * @param message names the setting and says what is wrong; never a secret
     */
    public SharedCountersException(String message) {
        super(message);
    }

    /**
     * A failure.
     *
     * @param message names the setting and says what is wrong; never a secret
     */
    public SharedCountersException(String message, Throwable cause) {
        super(message, cause);
    }
}
