package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a failed login is answered: a whole number of steps after it came, mostly one. A hash that another system has made
 * takes another time to compare with than one of ours, and so than none; without the steps that time would tell who is
 * a user. The time in the queue is rounded up by itself, or whoever chooses it could put the end of a step between two hashes.
 * Thread-safe.
 */
final class RefusalPace {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalPace.class);

    /** So much of a step is no wait in the queue: threads and timers are never on time. */
    private static final int NO_WAIT_PARTS = 50;

    private final long stepNanos;
    private final Ticker ticker;
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * @param step should be longer than any hash takes; zero answers at once
     */
    RefusalPace(Duration step, Ticker ticker) {
        this.stepNanos = step.toNanos();
        this.ticker = ticker;
    }

    long now() {
        return ticker.nanoTime();
    }

    /** A hash has been compared with; one that takes longer than a step is worth a warning. */
    void compared(long sinceNanos) {
        long passed = ticker.nanoTime() - sinceNanos;
        if (stepNanos > 0 && passed > stepNanos && told.compareAndSet(false, true)) {
            LOG.warn(
                    "a password took {} ms to compare, longer than auth.passwords.refuse-after: raise it, or the time of failed"
                            + " logins tells strangers which users have costly hashes",
                    passed / 1_000_000);
        }
    }

    /**
     * How long the answer has to wait yet.
     *
     * @param cameNanos when the attempt came
     * @param begunNanos when its turn came
     */
    Duration left(long cameNanos, long begunNanos) {
        if (stepNanos == 0) {
            return Duration.ZERO;
        }
        long now = ticker.nanoTime();
        long queued = begunNanos - cameNanos;
        long start = cameNanos + Math.max(queued, roundedUp(queued - stepNanos / NO_WAIT_PARTS));
        long due = start + Math.max(stepNanos, roundedUp(now - begunNanos));
        return Duration.ofNanos(Math.max(0, due - now));
    }

    private long roundedUp(long nanos) {
        return nanos <= 0 ? 0 : (nanos + stepNanos - 1) / stepNanos * stepNanos;
    }
}
