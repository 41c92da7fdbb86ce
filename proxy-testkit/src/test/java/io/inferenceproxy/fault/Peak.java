package io.inferenceproxy.fault;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Looks all the time how many bytes a proxy holds, and remembers the most. */
@SuppressWarnings("FutureReturnValueIgnored") // the watch ends with its executor
final class Peak implements AutoCloseable {

    private final Bench bench;
    private final AtomicLong highest = new AtomicLong();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

    private Peak(Bench bench) {
        this.bench = bench;
    }

    static Peak of(Bench bench) {
        Peak peak = new Peak(bench);
        peak.watch.scheduleAtFixedRate(peak::look, 0, 1, TimeUnit.MILLISECONDS);
        return peak;
    }

    private void look() {
        highest.accumulateAndGet((long) bench.buffered(), Math::max);
    }

    double highest() {
        look();
        return highest.get();
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
