package io.inferenceproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoreWatchTest {

    private static final Duration OFTEN = Duration.ofMillis(20);

    private final AtomicLong nanos = new AtomicLong();
    private final Ticker ticker = new Ticker() {
        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    };

    @Test
    void storesAreLookedAtWithoutACallAndClosedInTheEnd() throws Exception {
        Store store = new Store(true);
        try (StoreWatch watch = StoreWatch.start(List.of(store), ticker, OFTEN)) {
            assertThat(store.looks.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
            assertThat(watch.age()).isZero();
        }

        assertThat(store.closed).isTrue();
    }

    @Test
    void theAgeGrowsWhileAStoreCannotBeRead() throws Exception {
        Store broken = new Store(false);
        try (StoreWatch watch = StoreWatch.start(List.of(new Store(true), broken), ticker, OFTEN)) {
            nanos.set(Duration.ofSeconds(7).toNanos());
            assertThat(broken.looks.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();

            assertThat(watch.age()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void nothingIsWrittenBeforeAllStoresHaveBeenLookedAt() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        Store last = new Store(true) {
            @Override
            public boolean refresh() {
                done.add("look");
                return super.refresh();
            }
        };
        Store first = new Store(true) {
            @Override
            public void flush() {
                done.add("write");
            }
        };
        try (StoreWatch watch = StoreWatch.start(List.of(first, last), ticker, OFTEN)) {
            assertThat(last.looks.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
            assertThat(watch.age()).isZero();
        }

        assertThat(done).startsWith("look", "write", "look");
    }

    /** A store that tells how often it was looked at. */
    private static class Store implements WatchedStore {

        final Semaphore looks = new Semaphore(0);
        volatile boolean closed;
        private final boolean readable;

        Store(boolean readable) {
            this.readable = readable;
        }

        @Override
        public boolean refresh() {
            looks.release();
            return readable;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
