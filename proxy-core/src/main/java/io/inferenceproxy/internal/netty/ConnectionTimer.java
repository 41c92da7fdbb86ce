package io.inferenceproxy.internal.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a connection. Moving the deadline back is a store: a task that wakes early goes to sleep again until
 * the deadline that holds then.
 */
final class ConnectionTimer {

    private static final long NONE = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable expired;
    private long deadline = NONE;
    private long wakeAt = NONE;
    private @Nullable Future<?> waiting;

    ConnectionTimer(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** Sets the deadline to that much from now. */
    void arm(Duration delay) {
        arm(delay.toNanos());
    }

    void arm(long delayNanos) {
        arm(loop.ticker().nanoTime(), delayNanos);
    }

    /** Sets the deadline to that much from a moment that was just looked up, since looking is not free. */
    void arm(long nowNanos, long delayNanos) {
        deadline = nowNanos + delayNanos;
        if (waiting == null || deadline - wakeAt < 0) {
            sleep(delayNanos);
        }
    }

    /** Takes the deadline back. */
    void disarm() {
        deadline = NONE;
    }

    /** Ends the timer for good. */
    void cancel() {
        deadline = NONE;
        if (waiting != null) {
            waiting.cancel(false);
            waiting = null;
        }
    }

    private void sleep(long delayNanos) {
        if (waiting != null) {
            waiting.cancel(false);
        }
        wakeAt = deadline;
        waiting = loop.schedule(this::woke, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void woke() {
        waiting = null;
        if (deadline == NONE) {
            return;
        }
        long left = deadline - loop.ticker().nanoTime();
        if (left > 0) {
            sleep(left);
        } else {
            deadline = NONE;
            expired.run();
        }
    }
}
