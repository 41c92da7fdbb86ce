package io.inferenceproxy.auth;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.time.Duration;

/**
 * How those are slowed down who fail to log in again and again, beyond what the limits allow in a minute.
 */
public record LockoutOptions(
        @Setting(
                "Failed logins in a row for a user, or four times as many from an address, before it gets slower; 0 for never")
        int after,

        @Setting("The first wait; each further failure doubles it")
        Duration delay,

        @Setting("The longest wait") Duration maxDelay) {

    /** What holds when nothing is configured. */
    public static final LockoutOptions DEFAULT = new LockoutOptions(5, Duration.ofSeconds(1), Duration.ofMinutes(15));

    public LockoutOptions {
        Require.between(0, 10_000, after, "after");
        Require.positive(delay, "delay");
        Require.positive(maxDelay, "max-delay");
        if (maxDelay.compareTo(delay) < 0) {
            throw new IllegalArgumentException("max-delay: less than delay (expected: at least as long)");
        }
    }

    public LockoutOptions withAfter(int after) {
        return new LockoutOptions(after, delay, maxDelay);
    }

    public LockoutOptions withDelay(Duration delay) {
        return new LockoutOptions(after, delay, maxDelay);
    }

    public LockoutOptions withMaxDelay(Duration maxDelay) {
        return new LockoutOptions(after, delay, maxDelay);
    }
}
