package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a failed login is answered: a whole number of steps after it came, mostly one. A hash that another system has made
 * takes another time to compare with than one of ours, and so than none; without the steps that time would tell who is
 * a user. Thread-safe.
 */
final class RefusalPace {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalPace.class);

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

    long start() {
        return ticker.nanoTime();
    }

    /** How long the answer has to wait yet. */
    Duration left(long startNanos) {
        if (stepNanos == 0) {
            return Duration.ZERO;
        }
        long passed = ticker.nanoTime() - startNanos;
        if (passed > stepNanos && told.compareAndSet(false, true)) {
            LOG.warn(
                    "a failed login took {} ms, longer than auth.passwords.refuse-after: raise it, or the time tells strangers"
                            + " which users have costly hashes",
                    passed / 1_000_000);
        }
        return Duration.ofNanos(stepNanos - passed % stepNanos);
    }
}
