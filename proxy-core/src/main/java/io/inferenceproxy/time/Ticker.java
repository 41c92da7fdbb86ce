package io.inferenceproxy.time;

import java.time.Instant;

/**
 * The clock of the proxy: a monotonic reading for spans and a wall reading for the times in tokens. Tests hand in one
 * that they advance themselves.
 *
 * <p>Implementations must be safe for use by many threads and cheap: both are read several times a call.
 */
public interface Ticker {

    /** Nanoseconds since an arbitrary start; never goes back (as {@link System#nanoTime()}). */
    long nanoTime();

    /** The time of day, for {@code exp}, {@code nbf}, {@code iat} and logs. */
    Instant now();

    /** The time of day in milliseconds since 1970, for comparisons that should leave no object behind. */
    default long epochMillis() {
        return now().toEpochMilli();
    }

    /** The system's clocks. */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}
