package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.time.Ticker;
import java.time.Instant;

/** The time of the log. */
final class LogTicker implements Ticker {

    private long nanos;

    /** It is then now; never goes back. */
    void advanceTo(long epochNanos) {
        nanos = Math.max(nanos, epochNanos);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant now() {
        return at(nanos);
    }

    static Instant at(long epochNanos) {
        return Instant.EPOCH.plusNanos(epochNanos);
    }
}
