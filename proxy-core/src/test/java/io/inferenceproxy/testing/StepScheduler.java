package io.inferenceproxy.testing;

import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** An I/O thread whose time passes when the test says so: tasks run at once, or step by step. */
public final class StepScheduler implements Scheduler, Ticker {

    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final List<Timed> waiting = new ArrayList<>();
    private boolean stepwise;
    private long nanos = 1_000_000_000L;
    private int readingsLeft;
    private Runnable onReading = () -> {};

    /** A task for later; the same only as itself. */
    private static final class Timed {
        private final long dueNanos;
        private final Runnable task;

        private Timed(long dueNanos, Runnable task) {
            this.dueNanos = dueNanos;
            this.task = task;
        }
    }

    /** Tasks wait until {@link #step} runs them. */
    public StepScheduler stepwise() {
        stepwise = true;
        return this;
    }

    @Override
    public void execute(Runnable task) {
        if (stepwise) {
            ready.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        Timed timed = new Timed(nanos + delay.toNanos(), task);
        waiting.add(timed);
        return () -> waiting.remove(timed);
    }

    @Override
    public boolean isCurrentThread() {
        return true;
    }

    /** Runs the next task; false when there is none. */
    public boolean step() {
        Runnable task = ready.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** Lets time pass and runs what is due, in order. */
    public void advance(Duration by) {
        nanos += by.toNanos();
        List<Timed> due = waiting.stream()
                .filter(timed -> timed.dueNanos <= nanos)
                .sorted(Comparator.comparingLong(timed -> timed.dueNanos))
                .toList();
        for (Timed timed : due) {
            if (waiting.remove(timed)) {
                timed.task.run();
            }
        }
    }

    /** How many tasks wait for their time. */
    public int timers() {
        return waiting.size();
    }

    /** Does that when its time is looked up, so many times from now. */
    public void onReading(int readings, Runnable task) {
        readingsLeft = readings;
        onReading = task;
    }

    @Override
    public long nanoTime() {
        if (readingsLeft > 0 && --readingsLeft == 0) {
            onReading.run();
        }
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
