package io.inferenceproxy.cli.config;

/** The plain form of a key that may be absent and is. */
enum Absent {
    ABSENT;

    @Override
    public String toString() {
        return "(not set)";
    }
}
