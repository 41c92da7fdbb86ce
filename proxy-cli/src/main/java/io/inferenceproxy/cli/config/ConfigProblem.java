package io.inferenceproxy.cli.config;

import java.util.Optional;

/**
 * Something wrong with a configuration; all of its texts are safe to show.
 *
 * @param severity how bad it is
 * @param origin the place; {@link Origin.Default} when no source has it
 * @param message names the key, the value and what was expected
 * @param excerpt the line of the file and a caret below it, when there is a line
 */
public record ConfigProblem(Severity severity, Origin origin, String message, Optional<String> excerpt) {

    /** How bad a problem is. */
    public enum Severity {
        /** Told, and served nevertheless. */
        WARNING,
        /** The configuration is wrong. */
        INVALID,
        /** A file is there and cannot be read. */
        UNREADABLE
    }

    public boolean isError() {
        return severity != Severity.WARNING;
    }

    /** {@code place: message}, in one line. */
    public String line() {
        String place = origin instanceof Origin.Default ? "" : origin + ": ";
        return place + (isError() ? "" : "warning: ") + message;
    }

    /** The line, and the excerpt below it. */
    @Override
    public String toString() {
        return line() + excerpt.map(text -> "\n" + text).orElse("");
    }
}
