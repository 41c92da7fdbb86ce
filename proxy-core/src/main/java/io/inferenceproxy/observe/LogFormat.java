package io.inferenceproxy.observe;

/** How log lines look. */
public enum LogFormat {
    /** Readable on a terminal, JSON elsewhere. */
    AUTO,
    /** One readable line an event. */
    TEXT,
    /** One JSON object an event. */
    JSON
}
