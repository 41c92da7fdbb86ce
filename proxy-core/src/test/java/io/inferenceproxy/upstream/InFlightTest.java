package io.inferenceproxy.upstream;

import static io.inferenceproxy.upstream.Calls.handler;
import static io.inferenceproxy.upstream.Calls.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import io.inferenceproxy.testing.StepScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InFlightTest {

    private static final int MOST = 3;

    private record Running(ProxyCall call, CompletableFuture<ProxyResponse> answer) {}

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void no_place_is_lost_whatever_happens_in_whatever_order(int seed) {
        Random random = new Random(seed);
        StepScheduler io = new StepScheduler().stepwise();
        ScriptedClient client = new ScriptedClient().dead("dead.test:80");
        UpstreamGroup group = new UpstreamGroup(
                "default",
                options("http://dead.test", "http://a.test")
                        .withMaxInFlight(MOST)
                        .withMaxQueued(4));
        UpstreamHandler handler = handler(client, group);
        List<Running> running = new ArrayList<>();

        for (int i = 0; i < 300; i++) {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> {
                    ProxyCall call = FakeCall.of("POST", "/").on(io).arrived();
                    running.add(new Running(call, handler.handle(call).toCompletableFuture()));
                }
                case 3 -> anyExchange(client, random).complete(ProxyResponse.empty(200));
                case 4 ->
                    anyExchange(client, random).completeExceptionally(failures()[random.nextInt(failures().length)]);
                case 5 -> anyCall(running, random).cancellation().cancel();
                case 6 -> anyCall(running, random).end(CallEnd.CLIENT_GONE);
                case 7 -> io.advance(Duration.ofSeconds(random.nextInt(11)));
                default -> anyCall(running, random).tryInterrupt();
            }
            if (random.nextBoolean()) {
                io.step();
            }
            assertThat(group.inFlight()).isBetween(0, MOST);
            assertThat(group.queued()).isBetween(0, 4);
        }
        while (io.step()) {
            assertThat(group.inFlight()).isBetween(0, MOST);
        }
        for (Running one : running) {
            one.call().cancellation().cancel();
            one.call().end(CallEnd.CLIENT_GONE);
            while (io.step()) {
                assertThat(group.inFlight()).isBetween(0, MOST);
            }
        }

        assertThat(group.inFlight()).isZero();
        assertThat(group.queued()).isZero();
        assertThat(io.timers()).isZero();
        assertThat(running).allSatisfy(one -> assertThat(one.answer()).isDone());
    }

    @Test
    @Timeout(60)
    void many_threads_never_go_past_the_limit_and_none_waits_for_ever() throws Exception {
        InFlightLimit limit = new InFlightLimit(MOST, 1_000);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> workers = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            boolean fickle = t % 4 == 0;
            workers.add(threads.submit(() -> {
                for (int i = 0; i < 5_000; i++) {
                    if (entered(limit, fickle)) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        limit.release();
                    }
                }
            }));
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
        threads.shutdown();

        assertThat(most.get()).isBetween(1, MOST);
        assertThat(limit.inFlight()).isZero();
        assertThat(limit.queued()).isZero();
    }

    @Test
    void place_of_a_waiter_that_cannot_be_reached_goes_to_the_next() {
        InFlightLimit limit = new InFlightLimit(1, 5);
        AtomicInteger reached = new AtomicInteger();
        assertThat(limit.tryAcquire()).isTrue();
        limit.tryEnqueue(() -> {
            throw new RejectedExecutionException("its thread is gone");
        });
        limit.tryEnqueue(reached::incrementAndGet);

        limit.release();

        assertThat(reached).hasValue(1);
        assertThat(limit.inFlight()).isEqualTo(1);
    }

    private static boolean entered(InFlightLimit limit, boolean fickle) {
        if (limit.tryAcquire()) {
            return true;
        }
        CompletableFuture<Void> place = new CompletableFuture<>();
        InFlightLimit.Waiter waiter = () -> place.complete(null);
        if (!limit.tryEnqueue(waiter) || fickle && limit.tryLeave(waiter)) {
            return false;
        }
        place.join();
        return true;
    }

    private static UpstreamFailure[] failures() {
        return new UpstreamFailure[] {
            new UpstreamFailure(UpstreamFailure.Kind.CONNECTION_REFUSED, "refused"),
            new UpstreamFailure(UpstreamFailure.Kind.CONNECTION_TERMINATED, "reset"),
            new UpstreamFailure(UpstreamFailure.Kind.CANCELLED, "cancelled"),
            new UpstreamFailure(UpstreamFailure.Kind.REQUEST_BROKEN_OFF, "broken off")
        };
    }

    private static CompletableFuture<ProxyResponse> anyExchange(ScriptedClient client, Random random) {
        return client.exchanges().isEmpty()
                ? new CompletableFuture<>()
                : client.exchanges()
                        .get(random.nextInt(client.exchanges().size()))
                        .answer();
    }

    private static ProxyCall anyCall(List<Running> running, Random random) {
        return running.isEmpty()
                ? FakeCall.of("POST", "/").arrived()
                : running.get(random.nextInt(running.size())).call();
    }
}
