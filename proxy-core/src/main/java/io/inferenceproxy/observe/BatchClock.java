package io.inferenceproxy.observe;

import io.inferenceproxy.time.Ticker;
import io.micrometer.core.instrument.Clock;
import java.time.Instant;

/**
 * The time of day to within a batch of calls: read once for all of them, since meters ask for it at each measurement, which
 * then costs more than the rest of it.
 */
public final class BatchClock implements Clock {

    /** When the thread had to stand aside between the two readings, they are taken again. */
    private static final long FAR_APART_NANOS = 1_000_000;

    private static final int MOST_TRIES = 3;

    private final Ticker ticker;
    private volatile Reading reading;

    /** Two clocks, read at the same time. */
    private record Reading(Instant now, long millis, long nanoTime) {

        static Reading of(Ticker ticker) {
            Instant now;
            long nanoTime;
            int tries = 0;
            do {
                nanoTime = ticker.nanoTime();
                now = ticker.now();
            } while (ticker.nanoTime() - nanoTime > FAR_APART_NANOS && ++tries < MOST_TRIES);
            return new Reading(now, now.toEpochMilli(), nanoTime);
        }
    }

    public BatchClock(Ticker ticker) {
        this.ticker = ticker;
        this.reading = Reading.of(ticker);
    }

    /** Reads the clocks anew. */
    void read() {
        reading = Reading.of(ticker);
    }

    /** What the time of day was when the ticker told this. */
    Instant at(long nanoTime) {
        Reading last = reading;
        return last.now.minusNanos(last.nanoTime - nanoTime);
    }

    @Override
    public long wallTime() {
        return reading.millis;
    }

    @Override
    public long monotonicTime() {
        return ticker.nanoTime();
    }
}
