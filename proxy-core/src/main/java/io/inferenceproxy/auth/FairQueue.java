package io.inferenceproxy.auth;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A door to the workers that lets in few tasks at a time, and one of each owner: its next may begin when the one before has been
 * answered, and the owners take turns. When all places are taken, whoever has far fewer of them than another gets the last of
 * that one's, so that no owner fills the queue for the others. Thread-safe.
 */
final class FairQueue {

    private static final Logger LOG = LoggerFactory.getLogger(FairQueue.class);

    private final Executor workers;
    private final int atOnce;
    private final int places;
    /** Those who wait or were not answered yet: no more than are let in between a beginning and its answer. */
    private final Map<String, Line> lines = new LinkedHashMap<>();

    private final Queue<Line> ready = new ArrayDeque<>();
    private int waiting;
    private int running;

    /**
     * @param atOnce how many run at a time
     * @param places how many wait
     */
    FairQueue(Executor workers, int atOnce, int places) {
        this.workers = workers;
        this.atOnce = atOnce;
        this.places = places;
    }

    /** Something to be done in its turn. */
    interface Task {

        /**
         * Does it, on a worker.
         *
         * @param answered to be run when the next of the owner may begin, by any thread
         */
        void run(Runnable answered);

        /** There is no place for it, or no longer. Must not block. */
        void turnAway();
    }

    /** Runs the task when its turn comes, or turns it away: at once, or when another gets its place. */
    void submit(String owner, Task task) {
        Task left = enter(owner, task);
        if (left != null) {
            left.turnAway();
        }
        begin();
    }

    /** Returns who has no place: the task, the last of another owner, or nobody. */
    private synchronized @Nullable Task enter(String owner, Task task) {
        Line line = lines.getOrDefault(owner, new Line(owner));
        Task left = null;
        if (running == atOnce || line.busy || !line.tasks.isEmpty()) {
            if (waiting == places) {
                Line longest = longest(line);
                if (longest.tasks.size() < line.tasks.size() + 2) {
                    return task; // the place would only change hands
                }
                left = longest.tasks.removeLast();
                waiting--;
            }
        }
        lines.put(owner, line);
        line.tasks.add(task);
        waiting++;
        if (!line.busy && line.tasks.size() == 1) {
            ready.add(line);
        }
        return left;
    }

    private Line longest(Line own) {
        Line longest = own;
        for (Line line : lines.values()) {
            longest = line.tasks.size() > longest.tasks.size() ? line : longest;
        }
        return longest;
    }

    /** Has the workers do what may begin now. */
    private void begin() {
        for (Turn turn = begun(); turn != null; turn = begun()) {
            Turn first = turn;
            try {
                workers.execute(() -> runAll(first));
            } catch (RejectedExecutionException full) {
                synchronized (this) {
                    running--;
                }
                free(first);
                first.task.turnAway();
            }
        }
    }

    private synchronized @Nullable Turn begun() {
        Turn turn = running == atOnce ? null : take();
        if (turn != null) {
            running++;
        }
        return turn;
    }

    private void runAll(Turn first) {
        for (Turn turn = first; turn != null; turn = next()) {
            Turn present = turn;
            try {
                present.task.run(() -> answered(present));
            } catch (RuntimeException | Error surprise) {
                // The tasks behind it must not wait for ever.
                LOG.error("a task on the workers failed", surprise);
                free(present);
            }
        }
    }

    private synchronized @Nullable Turn next() {
        Turn turn = take();
        if (turn == null) {
            running--;
        }
        return turn;
    }

    private @Nullable Turn take() {
        Line line = ready.poll();
        if (line == null) {
            return null;
        }
        line.busy = true;
        waiting--;
        return new Turn(line, line.tasks.remove());
    }

    private void answered(Turn turn) {
        free(turn);
        begin();
    }

    private synchronized void free(Turn turn) {
        if (turn.over) {
            return;
        }
        turn.over = true;
        turn.line.busy = false;
        if (turn.line.tasks.isEmpty()) {
            lines.remove(turn.line.owner);
        } else {
            ready.add(turn.line);
        }
    }

    /** The tasks of one owner that wait; busy while one that has begun was not answered. */
    private static final class Line {
        private final String owner;
        private final Deque<Task> tasks = new ArrayDeque<>();
        private boolean busy;

        private Line(String owner) {
            this.owner = owner;
        }
    }

    /** A task that has begun. */
    private static final class Turn {
        private final Line line;
        private final Task task;
        private boolean over;

        private Turn(Line line, Task task) {
            this.line = line;
            this.task = task;
        }
    }
}
