package io.inferenceproxy.observe;

/**
 * A failure for the log, whose message or a cause's has characters that must not get out: the same trace, the class in
 * front of the escaped message.
 */
final class PrintableFailure extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 16;

    private PrintableFailure(Throwable original, int causes) {
        super(original.getClass().getName() + ": " + LogText.escaped(message(original)), null, false, true);
        setStackTrace(original.getStackTrace());
        Throwable cause = original.getCause();
        if (cause != null && causes > 0) {
            initCause(new PrintableFailure(cause, causes - 1));
        }
    }

    /** The failure itself where all its messages are clean, else a stand-in. */
    static Throwable of(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            String message = message(cause);
            if (!LogText.escaped(message).equals(message)) {
                return new PrintableFailure(failure, MAX_CAUSES);
            }
            cause = cause.getCause();
        }
        return failure;
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? "" : message;
    }
}
