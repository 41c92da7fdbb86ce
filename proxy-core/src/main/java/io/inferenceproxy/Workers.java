package io.inferenceproxy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The pool for what is slow or blocks: password hashing, the first check of an RSA or EC token, names, files. */
final class Workers {

    private static final int QUEUE = 1_024;
    private static final int LEAST = 2;

    private Workers() {}

    /** As many threads as processors; what does not fit into the queue is rejected, and its callers are told to come back. */
    static ExecutorService open() {
        int threads = Math.max(LEAST, Runtime.getRuntime().availableProcessors());
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
                    Thread thread = new Thread(task, "inference-proxy-worker-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }
}
