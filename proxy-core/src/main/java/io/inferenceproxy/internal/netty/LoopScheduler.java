package io.inferenceproxy.internal.netty;

import io.inferenceproxy.time.Scheduler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An event loop as the pipeline sees it. */
record LoopScheduler(EventLoop loop) implements Scheduler {

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        Future<?> waiting = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> waiting.cancel(false);
    }

    @Override
    public boolean isCurrentThread() {
        return loop.inEventLoop();
    }
}
