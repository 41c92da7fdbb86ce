package io.inferenceproxy.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.BucketState64BitsInteger;
import io.inferenceproxy.units.Window;

/**
 * The arithmetic of one window over Bucket4j's state: a quota that comes back whole when the period is over.
 *
 * <p>Each turn of the window has a state of its own, made when a call is charged to a full window: so the period begins
 * with the first call, a charge can tell whether its turn is still running, and a counter that is full is like one that
 * never was. All times are nanoseconds of one clock that starts near zero, so nothing here can overflow.
 */
final class WindowRule {

    private static final long NANOS = 1_000_000_000L;

    private final LimitWindow window;
    private final long periodNanos;
    private final BucketConfiguration configuration;

    WindowRule(String policy, Window window) {
        this.window = new LimitWindow(
                policy + "-" + window.periodName(),
                window.quota(),
                window.period().toSeconds());
        this.periodNanos = window.period().toNanos();
        this.configuration = BucketConfiguration.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(window.quota())
                        .refillIntervally(window.quota(), window.period())
                        .build())
                .build();
    }

    LimitWindow window() {
        return window;
    }

    /** A turn that begins now. */
    BucketState begun(long now) {
        return new BucketState64BitsInteger(configuration, now);
    }

    boolean isFull(BucketState turn) {
        return turn.getAvailableTokens() >= window.quota();
    }

    /** Whether a turn that has been charged is over. */
    boolean isOver(BucketState turn, long now) {
        return resetNanos(turn, now) <= 0;
    }

    /** How long until the turn is over; the whole period where it is full. */
    long resetNanos(BucketState turn, long now) {
        return isFull(turn) ? periodNanos : Math.min(periodNanos, turn.calculateFullRefillingTime(now));
    }

    WindowStatus status(BucketState turn, long now) {
        long seconds = Math.max(1, (resetNanos(turn, now) + NANOS - 1) / NANOS);
        return new WindowStatus(window, turn.getAvailableTokens(), seconds);
    }

    /** The status of a window that nobody has been charged to. */
    WindowStatus fullStatus() {
        return new WindowStatus(window, window.quota(), window.seconds());
    }
}
