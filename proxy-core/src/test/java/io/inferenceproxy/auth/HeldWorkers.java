package io.inferenceproxy.auth;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Workers that work when the test says so, with room for a few tasks. */
final class HeldWorkers implements Executor {

    private final int room;
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    HeldWorkers(int room) {
        this.room = room;
    }

    @Override
    public void execute(Runnable task) {
        if (tasks.size() == room) {
            throw new RejectedExecutionException("full");
        }
        tasks.add(task);
    }

    int waiting() {
        return tasks.size();
    }

    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
