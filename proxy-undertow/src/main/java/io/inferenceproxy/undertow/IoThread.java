package io.inferenceproxy.undertow;

import io.inferenceproxy.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/** An I/O thread of Undertow as the pipeline sees it. */
record IoThread(XnioIoThread thread) implements Scheduler {

    private static final Scheduled NEVER = () -> {};

    /** The task is lost when the server has stopped; what it was about has then ended with its connection. */
    @Override
    public void execute(Runnable task) {
        tryExecute(task);
    }

    /** Runs the task on the thread, unless the server has stopped. */
    boolean tryExecute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        try {
            XnioExecutor.Key key = thread.executeAfter(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return key::remove;
        } catch (RejectedExecutionException stopped) {
            return NEVER;
        }
    }

    @Override
    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }
}
