package io.inferenceproxy.auth;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A door to the workers that lets in few tasks at a time, lets some wait, and turns away the rest. Thread-safe. */
final class FewAtATime {

    private static final Logger LOG = LoggerFactory.getLogger(FewAtATime.class);

    private final Executor workers;
    private final int atOnce;
    private final int maxWaiting;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    FewAtATime(Executor workers, int atOnce, int maxWaiting) {
        this.workers = workers;
        this.atOnce = atOnce;
        this.maxWaiting = maxWaiting;
    }

    /** Runs the task soon and says so; or says that there is no room. The task sees to its own failures. */
    boolean trySubmit(Runnable task) {
        synchronized (this) {
            if (running == atOnce) {
                return waiting.size() < maxWaiting && waiting.add(task);
            }
            running++;
        }
        try {
            workers.execute(() -> runAll(task));
            return true;
        } catch (RejectedExecutionException full) {
            synchronized (this) {
                running--;
            }
            return false;
        }
    }

    private void runAll(Runnable first) {
        for (Runnable task = first; task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | Error surprise) {
                // The tasks behind it must not wait for ever.
                LOG.error("a task on the workers failed", surprise);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        if (next == null) {
            running--;
        }
        return next;
    }
}
