package io.inferenceproxy.validate;

/** Content is not JSON as it must be. The message says what is wrong and quotes nothing. */
final class MalformedJson extends Exception {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    MalformedJson(String message, int line, int column) {
        super(message, null, false, false);
        this.line = line;
        this.column = column;
    }

    /** The line, from 1. */
    int line() {
        return line;
    }

    /** The column in UTF-16 units, from 1. */
    int column() {
        return column;
    }
}
