package io.inferenceproxy.cli;

/** Ends a command with an exit code and one message; an empty message when everything has been said already. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ExitCode code;

    CommandFailure(ExitCode code, String message) {
        super(message);
        this.code = code;
    }

    CommandFailure(ExitCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }

    /** The message. */
    String says() {
        return String.valueOf(getMessage());
    }
}
