package io.inferenceproxy.cli.simulate;

import java.time.Duration;

/** What became of one caller's calls. */
final class CallerTally {

    private final String name;
    private long calls;
    private long refused;
    private long firstRefusal;
    private Duration longestWait = Duration.ZERO;

    CallerTally(String name) {
        this.name = name;
    }

    void admitted() {
        calls++;
    }

    void refused(long at, Duration wait) {
        if (refused == 0) {
            firstRefusal = at;
        }
        calls++;
        refused++;
        longestWait = wait.compareTo(longestWait) > 0 ? wait : longestWait;
    }

    String name() {
        return name;
    }

    long calls() {
        return calls;
    }

    long refused() {
        return refused;
    }

    /** When it was refused for the first time, in nanoseconds since 1970. */
    long firstRefusal() {
        return firstRefusal;
    }

    Duration longestWait() {
        return longestWait;
    }
}
