package io.inferenceproxy.testing;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves; it begins somewhere, as {@link System#nanoTime()} does. */
public final class ManualTicker implements Ticker {

    private final long origin;
    private final AtomicLong elapsed = new AtomicLong();

    public ManualTicker() {
        this(-7_777_777_777L);
    }

    public ManualTicker(long origin) {
        this.origin = origin;
    }

    public void advance(Duration by) {
        elapsed.addAndGet(by.toNanos());
    }

    public void advanceNanos(long by) {
        elapsed.addAndGet(by);
    }

    @Override
    public long nanoTime() {
        return origin + elapsed.get();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(elapsed.get());
    }
}
