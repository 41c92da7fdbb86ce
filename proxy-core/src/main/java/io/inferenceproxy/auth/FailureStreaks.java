package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.Optional;

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

    /** Counts an attempt as failed until the contrary is known, and returns empty; or says how long to wait. */
    Optional<Duration> tryCharge(String key) {
        long now = ticker.nanoTime();
        long[] wait = new long[1];
        streaks.asMap().compute(key, (same, present) -> {
            wait[0] = present == null ? 0 : present.untilNanos - now;
            return present != null && wait[0] > 0 ? present : failed(present == null ? 1 : present.failures + 1, now);
        });
        return wait[0] > 0 ? Optional.of(Duration.ofNanos(wait[0])) : Optional.empty();
    }

    /** Takes an attempt back that came to nothing. */
    void giveBack(String key) {
        streaks.asMap()
                .computeIfPresent(
                        key,
                        (same, present) ->
                                present.failures <= 1 ? null : new Streak(present.failures - 1, ticker.nanoTime()));
    }

    /** How many there are in a row now. */
    int length(String key) {
        Streak present = streaks.getIfPresent(key);
        return present == null ? 0 : present.failures;
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
     * Failures in a row.
     *
     * @param failures how many
     * @param untilNanos when the next attempt may be made
     */
    private record Streak(int failures, long untilNanos) {}
}
