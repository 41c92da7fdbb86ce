package io.inferenceproxy.observe;

import org.jspecify.annotations.Nullable;

/**
 * A failure for the log, whose message or a cause's has characters that must not get out: the same trace, the class in
 * front of the escaped message.
 */
final class PrintableFailure extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_CAUSES = 16;

    private PrintableFailure(Throwable original, @Nullable PrintableFailure cause) {
        super(original.getClass().getName() + ": " + LogText.escaped(message(original)), cause, false, true);
        setStackTrace(original.getStackTrace());
    }

    /** The failure itself where all its messages are clean, else a stand-in. */
    static Throwable of(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            String message = message(cause);
            if (!LogText.escaped(message).equals(message)) {
                return copy(failure, MAX_CAUSES);
            }
            cause = cause.getCause();
        }
        return failure;
    }

    private static PrintableFailure copy(Throwable failure, int causes) {
        Throwable cause = failure.getCause();
        return new PrintableFailure(failure, cause == null || causes == 0 ? null : copy(cause, causes - 1));
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? "" : message;
    }
}
