package io.inferenceproxy.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One thread that runs tasks now or later: the I/O thread of a call.
 *
 * <p>Tasks must not block. {@link #execute} may be called from any thread and keeps the order of its calls.
 */
public interface Scheduler extends Executor {

    /** Runs the task once after the delay, unless it is cancelled before. */
    Scheduled schedule(Duration delay, Runnable task);

    /** Whether the caller is on this very thread. */
    boolean isCurrentThread();

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Scheduled {
        /** Takes it back; does nothing when it has run. */
        void cancel();
    }
}
