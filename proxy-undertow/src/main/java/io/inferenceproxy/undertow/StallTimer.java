package io.inferenceproxy.undertow;

import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells when nothing has moved for a while. Progress costs one reading of the clock: the task that waits looks at it and waits
 * on, instead of being replaced. Used on one I/O thread.
 */
final class StallTimer {

    private static final Ticker TICKER = Ticker.system();

    private final Scheduler io;
    private final Duration limit;
    private final Runnable stalled;
    private Scheduler.@Nullable Scheduled waiting;
    private boolean armed;
    private long lastNanos;

    StallTimer(Scheduler io, Duration limit, Runnable stalled) {
        this.io = io;
        this.limit = limit;
        this.stalled = stalled;
    }

    /** Something moved, and more should: the wait begins anew. */
    void progress() {
        lastNanos = TICKER.nanoTime();
        armed = true;
        if (waiting == null) {
            waiting = io.schedule(limit, this::expired);
        }
    }

    /** Nothing is waited for at present. */
    void rest() {
        armed = false;
    }

    /** Nothing will be waited for any more. */
    void cancel() {
        armed = false;
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
    }

    private void expired() {
        waiting = null;
        if (!armed) {
            return;
        }
        long left = lastNanos + limit.toNanos() - TICKER.nanoTime();
        if (left > 0) {
            waiting = io.schedule(Duration.ofNanos(left), this::expired);
        } else {
            armed = false;
            stalled.run();
        }
    }
}
