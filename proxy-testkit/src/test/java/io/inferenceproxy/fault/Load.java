package io.inferenceproxy.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Numbered pieces of work, shared out among threads; the first failures are kept. */
final class Load {

    private static final int MOST_KEPT = 5;

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean over;

    private Load() {}

    /** A piece of work. */
    @FunctionalInterface
    interface Work {

        /** Does the piece of that number, counted from 0. */
        void run(int number) throws Exception;
    }

    /** Begins to work. */
    static Load of(int threads, int pieces, Work work) {
        Load load = new Load();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> load.run(pieces, work), "load-" + i);
            thread.setDaemon(true);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private void run(int pieces, Work work) {
        int number = next.getAndIncrement();
        while (!over && number < pieces && failures.size() < MOST_KEPT) {
            try {
                work.run(number);
            } catch (Throwable failure) {
                failures.add(new AssertionError("piece " + number, failure));
            }
            number = next.getAndIncrement();
        }
    }

    /** No more pieces are begun. */
    void stop() {
        over = true;
    }

    /** Waits for the end; fails when a piece failed or the time is over. */
    void await(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        for (Thread thread : threads) {
            thread.join(
                    Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
        }
        AssertionError failed = new AssertionError(failures.size() + " pieces of the load failed");
        failures.stream().limit(MOST_KEPT).forEach(failed::addSuppressed);
        if (!failures.isEmpty()) {
            throw failed;
        }
        if (threads.stream().anyMatch(Thread::isAlive)) {
            throw new AssertionError("stuck after " + time + ", at piece " + next.get());
        }
    }
}
