package io.inferenceproxy.observe;

import io.inferenceproxy.units.Setting;

/**
 * What is logged, and how.
 */
public record LoggingOptions(
        @Setting("auto: readable lines on a terminal, else JSON; or text, or json")
        LogFormat format,

        @Setting("Least severe level that is logged: error, warn, info, debug or trace")
        LogLevel level,

        @Setting("Whether every call is logged") boolean access) {

    /** What holds when nothing is configured. */
    public static final LoggingOptions DEFAULT = new LoggingOptions(LogFormat.AUTO, LogLevel.INFO, true);

    public LoggingOptions {}

    public LoggingOptions withFormat(LogFormat format) {
        return new LoggingOptions(format, level, access);
    }

    public LoggingOptions withLevel(LogLevel level) {
        return new LoggingOptions(format, level, access);
    }

    public LoggingOptions withAccess(boolean access) {
        return new LoggingOptions(format, level, access);
    }
}
