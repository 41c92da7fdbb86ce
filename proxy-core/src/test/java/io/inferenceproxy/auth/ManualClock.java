package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands until the test moves it. */
final class ManualClock implements Ticker {

    private Instant now = Instant.parse("2026-06-01T12:00:00Z");
    private long nanos = 1;

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant now() {
        return now;
    }

    void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }

    long epochSecond() {
        return now.getEpochSecond();
    }
}
