package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether the shared counters can be asked, and what is known of those who share them: a small circuit breaker. It opens at
 * the first failure, or when several answers in a row came too late, and is closed by whoever finds that all is well again.
 */
final class SharedState {

    private static final int MOST_LATE = 3;
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(10).toNanos();

    private final Ticker ticker;
    private final AtomicInteger late = new AtomicInteger();
    private final LongAdder failures = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private volatile boolean up = true;
    private volatile CounterKeys keys = new CounterKeys(0, 0);
    private volatile int replicas = 1;
    private volatile long offset;
    private long replicasAt;

    SharedState(Ticker ticker) {
        this.ticker = ticker;
        this.replicasAt = ticker.nanoTime();
    }

    boolean isUp() {
        return up;
    }

    void up() {
        late.set(0);
        up = true;
    }

    void answered() {
        if (late.get() != 0) {
            late.set(0);
        }
    }

    void failed() {
        failures.increment();
        up = false;
    }

    void tooLate() {
        timeouts.increment();
        if (late.incrementAndGet() >= MOST_LATE) {
            up = false;
        }
    }

    long failures() {
        return failures.sum();
    }

    long timeouts() {
        return timeouts.sum();
    }

    CounterKeys keys() {
        return keys;
    }

    /** How many proxies share the counters; one that is gone is counted for some time still. */
    int replicas() {
        return replicas;
    }

    /** By how many microseconds the shared clock is ahead of ours. */
    long offset() {
        return offset;
    }

    /**
     * Takes over what was heard; on one thread at a time.
     *
     * @param now our time when it was said, in microseconds
     * @return whether keys are others than before
     */
    boolean hear(SharedPulse pulse, long now) {
        offset = pulse.now() - now;
        if (pulse.replicas() >= replicas || ticker.nanoTime() - replicasAt > REMEMBERED_NANOS) {
            replicas = Math.max(1, pulse.replicas());
            replicasAt = ticker.nanoTime();
        }
        CounterKeys before = keys;
        if (before.seed0() == pulse.seed0() && before.seed1() == pulse.seed1()) {
            return false;
        }
        keys = new CounterKeys(pulse.seed0(), pulse.seed1());
        return true;
    }
}
