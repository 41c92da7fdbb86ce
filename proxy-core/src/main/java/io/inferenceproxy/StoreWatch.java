package io.inferenceproxy;

import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has each store look for changes by others, once a second on one thread of its own: a revocation must be known before the
 * first call that comes after it, however long none came.
 */
final class StoreWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int GRACE_SECONDS = 5;

    private final List<WatchedStore> stores;
    private final Ticker ticker;
    private volatile long lookedNanos;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(StoreWatch::named);
    private final ScheduledFuture<?> looks;

    private StoreWatch(List<WatchedStore> stores, Ticker ticker, Duration interval) {
        this.stores = stores;
        this.ticker = ticker;
        this.lookedNanos = ticker.nanoTime();
        long nanos = interval.toNanos();
        this.looks = thread.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    static StoreWatch start(List<WatchedStore> stores, Ticker ticker) {
        return start(stores, ticker, INTERVAL);
    }

    static StoreWatch start(List<WatchedStore> stores, Ticker ticker, Duration interval) {
        return new StoreWatch(stores, ticker, interval);
    }

    private static Thread named(Runnable task) {
        Thread named = new Thread(task, "inference-proxy-stores");
        named.setDaemon(true);
        return named;
    }

    private void look() {
        long now = ticker.nanoTime();
        boolean all = true;
        for (WatchedStore store : stores) {
            all &= refreshed(store);
        }
        if (all) {
            lookedNanos = now;
        }
        stores.forEach(StoreWatch::flushed);
    }

    /** How long ago all changes until then were known. */
    Duration age() {
        return stores.isEmpty() ? Duration.ZERO : Duration.ofNanos(ticker.nanoTime() - lookedNanos);
    }

    /** Waits for a look that is under way, and then for what the stores put off. */
    @Override
    public void close() {
        looks.cancel(false);
        thread.shutdown();
        await();
        stores.forEach(StoreWatch::closed);
    }

    private void await() {
        try {
            if (!thread.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a store does not answer; going on without it");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A failure of one store must not end the watch over the others. */
    private static boolean refreshed(WatchedStore store) {
        try {
            return store.refresh();
        } catch (RuntimeException surprise) {
            LOG.error("a store could not look for changes", surprise);
            return false;
        }
    }

    private static void flushed(WatchedStore store) {
        try {
            store.flush();
        } catch (RuntimeException surprise) {
            LOG.error("a store could not write what it had put off", surprise);
        }
    }

    private static void closed(WatchedStore store) {
        try {
            store.close();
        } catch (RuntimeException surprise) {
            LOG.error("a store could not write what it had put off", surprise);
        }
    }
}
