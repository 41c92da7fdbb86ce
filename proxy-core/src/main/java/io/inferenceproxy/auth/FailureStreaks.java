package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;

/**
 * How often somebody has failed in a row, and how long they wait for it. A streak ends with a success, or when nothing was
 * tried for twice the longest wait. Bounded in number; thread-safe.
 */
final class FailureStreaks {

    private static final int MOST_KEYS = 100_000;
    private static final int MOST_DOUBLINGS = 30;

    private final int after;
    private final long delayNanos;
    private final long maxDelayNanos;
    private final Ticker ticker;
    private final Cache<String, Streak> streaks;

    /**
     * @param after how many failures cost no wait
     */
    FailureStreaks(int after, Duration delay, Duration maxDelay, Ticker ticker) {
        this.after = after;
        this.delayNanos = delay.toNanos();
        this.maxDelayNanos = maxDelay.toNanos();
        this.ticker = ticker;
        this.streaks = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterWrite(maxDelay.multipliedBy(2))
                .ticker(ticker::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** Counts an attempt as failed until the contrary is known; or counts nothing and says how long to wait. */
    Charge tryCharge(String key) {
        long now = ticker.nanoTime();
        Charge[] charge = {Charge.NONE};
        streaks.asMap().compute(key, (same, present) -> {
            if (present != null && present.untilNanos - now > 0) {
                charge[0] = new Charge(key, 0, 0, Duration.ofNanos(present.untilNanos - now));
                return present;
            }
            Streak next = failed(present == null ? 1 : present.failures + 1, now);
            charge[0] = new Charge(key, next.failures, next.untilNanos, Duration.ZERO);
            return next;
        });
        return charge[0];
    }

    /** Takes back what was counted, and the wait for it; one that another has brought about since stays. */
    void giveBack(Charge charge) {
        if (charge.isCounted()) {
            streaks.asMap().computeIfPresent(charge.key, (same, present) -> {
                boolean last = present.untilNanos == charge.untilNanos;
                return present.failures <= 1
                        ? null
                        : new Streak(present.failures - 1, last ? ticker.nanoTime() : present.untilNanos);
            });
        }
    }

    /** Whether so many in a row cost a wait. */
    boolean isLong(int failures) {
        return failures >= after;
    }

    /** Ends the streak. */
    void end(String key) {
        streaks.invalidate(key);
    }

    private Streak failed(int failures, long now) {
        if (failures < after) {
            return new Streak(failures, now);
        }
        int doublings = Math.min(MOST_DOUBLINGS, failures - after);
        boolean longest = delayNanos > maxDelayNanos >> doublings; // told without a number that is too large
        return new Streak(failures, now + (longest ? maxDelayNanos : delayNanos << doublings));
    }

    /**
     * What came of an attempt to charge.
     *
     * @param number which failure in a row it is; 0 when it was not counted
     * @param untilNanos when the next attempt may be made after it
     * @param delay how long to wait when it was not counted
     */
    record Charge(String key, int number, long untilNanos, Duration delay) {

        /** Nothing, of nobody. */
        static final Charge NONE = new Charge("", 0, 0, Duration.ZERO);

        boolean isCounted() {
            return number > 0;
        }
    }

    /**
     * Failures in a row.
     *
     * @param failures how many
     * @param untilNanos when the next attempt may be made
     */
    private record Streak(int failures, long untilNanos) {}
}
