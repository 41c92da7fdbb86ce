package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Many clients that call several proxies as fast as they can, each on one connection, for as long as it is open. */
final class Load implements AutoCloseable {

    /** More than there will ever be. */
    static final int ANY = Integer.MAX_VALUE / 2;

    private static final Awaited NOTHING = new Awaited(answer -> false, new CountDownLatch(0));

    private final Semaphore allowed;
    private final ExecutorService threads;
    private final List<Future<?>> clients = new ArrayList<>();
    private final AtomicInteger shared = new AtomicInteger();
    private final AtomicInteger alone = new AtomicInteger();
    private volatile Awaited awaited = NOTHING;
    private volatile boolean closing;

    /**
     * Answers that are waited for.
     *
     * @param left how many clients have not had them
     */
    private record Awaited(Predicate<RawResponse> wanted, CountDownLatch left) {}

    private Load(int clients, int calls) {
        this.allowed = new Semaphore(calls);
        this.threads = Executors.newFixedThreadPool(clients);
    }

    /** So many clients, in turn at all proxies, which may make so many calls until more are allowed. */
    static Load of(List<URI> proxies, int clients, int calls) {
        Load load = new Load(clients, calls);
        for (int i = 0; i < clients; i++) {
            URI proxy = proxies.get(i % proxies.size());
            load.clients.add(load.threads.submit(() -> {
                load.call(proxy);
                return null;
            }));
        }
        return load;
    }

    void allow(int more) {
        allowed.release(more);
    }

    private void call(URI proxy) throws Exception {
        try (RawClient client = RawClient.connect(proxy)) {
            Awaited met = NOTHING;
            allowed.acquire();
            while (!closing) {
                Awaited now = awaited; // before the call, which then began after somebody waited for it
                RawResponse answer = Replica.call(client);
                assertThat(answer.status()).isIn(200, 429);
                if (answer.status() == 200) {
                    (isAlone(answer) ? alone : shared).incrementAndGet();
                }
                if (!now.equals(met) && now.wanted.test(answer)) {
                    met = now;
                    now.left.countDown();
                }
                allowed.acquire();
            }
        }
    }

    private static boolean isAlone(RawResponse answer) {
        return answer.header("X-RateLimit-Degraded").isPresent();
    }

    /** A call that Redis refused. */
    static boolean isRefused(RawResponse answer) {
        return answer.status() == 429 && !isAlone(answer);
    }

    /** A call that its proxy refused without Redis. */
    static boolean isRefusedAlone(RawResponse answer) {
        return answer.status() == 429 && isAlone(answer);
    }

    /** Waits until each client has had such an answer, to a call that it made from now on. */
    void await(Predicate<RawResponse> wanted, Duration atMost) throws Exception {
        Awaited now = new Awaited(wanted, new CountDownLatch(clients.size()));
        awaited = now;
        boolean met = now.left.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        for (Future<?> client : clients) {
            if (client.isDone()) {
                client.get(); // it says why
            }
        }
        assertThat(met)
                .as(
                        "%d clients have not had it; %d were admitted, %d without Redis",
                        now.left.getCount(), shared(), alone())
                .isTrue();
    }

    /** How many were admitted by Redis. */
    int shared() {
        return shared.get();
    }

    /** How many were admitted without Redis. */
    int alone() {
        return alone.get();
    }

    @Override
    public void close() {
        closing = true;
        allow(clients.size());
        threads.shutdown();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(threads::isTerminated);
    }
}
