package io.inferenceproxy.testkit;

import io.inferenceproxy.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Time that stands still until the test advances it: the {@link Ticker} of a proxy, a {@link Clock}, and a source of
 * nanoseconds as a {@link LongSupplier}.
 *
 * <p>All sides move together. It begins at 2026-01-01T00:00:00Z, with a nano time that is near its overflow, since code
 * must compare nano times by their difference. Threads: any thread may read and advance.
 */
public final class ManualTime extends Clock implements LongSupplier, Ticker {

    private static final Instant USUAL_START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FIRST_NANO_TIME =
            Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private final Instant start;
    private final AtomicLong elapsed;
    private final ZoneId zone;

    private ManualTime(Instant start, AtomicLong elapsed, ZoneId zone) {
        this.start = start;
        this.elapsed = elapsed;
        this.zone = zone;
    }

    /** Time that begins at 2026-01-01T00:00:00Z. */
    public static ManualTime create() {
        return startingAt(USUAL_START);
    }

    /** Time that begins at this instant. */
    public static ManualTime startingAt(Instant start) {
        return new ManualTime(start, new AtomicLong(), ZoneOffset.UTC);
    }

    /**
     * Lets this much time pass.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public ManualTime advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: " + time + " (expected: not negative)");
        }
        elapsed.addAndGet(time.toNanos());
        return this;
    }

    /** Nanoseconds that only their differences give a meaning, like {@link System#nanoTime()}. */
    @Override
    public long nanoTime() {
        return FIRST_NANO_TIME + elapsed.get();
    }

    /** How much time has passed since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(elapsed.get());
    }

    @Override
    public long getAsLong() {
        return nanoTime();
    }

    @Override
    public Instant now() {
        return instant();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(elapsed.get());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same time, told in another zone: advancing one advances both. */
    @Override
    public ManualTime withZone(ZoneId other) {
        return new ManualTime(start, elapsed, other);
    }

    @Override
    public String toString() {
        return "ManualTime[" + instant() + "]";
    }
}
