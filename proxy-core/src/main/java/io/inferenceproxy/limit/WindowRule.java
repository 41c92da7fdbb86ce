package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;

/**
 * The arithmetic of one window: a quota that comes back whole when the period is over.
 *
 * <p>How a window stands is two numbers: when its turn began, and how many calls were charged to it since. A turn begins
 * with the first call that is charged to a full window, so a window without charges is like one that never was, and when
 * a turn began tells it from every other. All times are nanoseconds of one clock that starts near zero, so nothing here
 * can overflow.
 */
final class WindowRule {

    private static final long NANOS = 1_000_000_000L;

    private final LimitWindow window;
    private final long periodNanos;

    WindowRule(String policy, Window window) {
        this.window = new LimitWindow(
                policy + "-" + window.periodName(),
                window.quota(),
                window.period().toSeconds());
        this.periodNanos = window.period().toNanos();
    }

    LimitWindow window() {
        return window;
    }

    /** Whether a turn that has been charged is over. */
    boolean isOver(long begun, long now) {
        return now - begun >= periodNanos;
    }

    /** How long a call must wait for its turn; 0 when it may be charged at once. */
    long waitNanos(long begun, long charged, long now) {
        return charged < window.quota() ? 0 : begun + periodNanos - now;
    }

    WindowStatus status(long begun, long charged, long now) {
        if (charged == 0) {
            return fullStatus();
        }
        return new WindowStatus(window, window.quota() - charged, (begun + periodNanos - now + NANOS - 1) / NANOS);
    }

    /** The status of a window that nobody has been charged to. */
    WindowStatus fullStatus() {
        return new WindowStatus(window, window.quota(), window.seconds());
    }
}
