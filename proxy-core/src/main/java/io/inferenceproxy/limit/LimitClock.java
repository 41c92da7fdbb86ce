package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The time by which limits count: nanoseconds since 1970 as they were when this clock was made, and from then on as many as
 * have passed. It never goes back, whatever becomes of the system's time of day, and means the same after a restart.
 */
final class LimitClock {

    private final Ticker ticker;
    private final long offset;

    LimitClock(Ticker ticker) {
        this.ticker = ticker;
        this.offset = sinceEpoch(ticker.now()) - ticker.nanoTime();
    }

    private static long sinceEpoch(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    long now() {
        return ticker.nanoTime() + offset;
    }
}
