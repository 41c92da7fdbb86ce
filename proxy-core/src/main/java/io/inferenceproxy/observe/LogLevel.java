package io.inferenceproxy.observe;

/** How severe an event must be to be logged. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
}
