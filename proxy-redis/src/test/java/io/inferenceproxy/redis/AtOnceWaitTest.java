package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.Reply;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Calls that wait for a place which two proxies over one Redis have together. */
@NullUnmarked // fields are set before each test
@Execution(ExecutionMode.CONCURRENT)
class AtOnceWaitTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private TestRedis redis;
    private Replica one;
    private Replica two;

    @BeforeEach
    void open() {
        redis = TestRedis.start(directory);
    }

    private void start(int atOnce, Duration wait) {
        Map<String, LimitPolicyOptions> limits = Map.of(
                "models",
                LimitPolicyOptions.DEFAULT.withAtOnce(atOnce).withWait(wait).withWindows(List.of()));
        one = Replica.start(upstream, redis.options(), limits);
        two = Replica.start(upstream, redis.options(), limits);
    }

    @AfterEach
    void close() {
        gate.countDown();
        one.close();
        two.close();
        redis.close();
        upstream.close();
    }

    /** Answers when the gate is open. */
    private Reply held() {
        return exchange -> {
            gate.await();
            Answer.json("{}").play(exchange);
        };
    }

    /** Answers after a while, and counts how many do so at a time. */
    private Reply counted(Duration after) {
        return exchange -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            boolean opened = gate.await(after.toMillis(), TimeUnit.MILLISECONDS);
            underWay.decrementAndGet();
            Answer.json(opened ? "[]" : "{}").play(exchange);
        };
    }

    private static RawClient send(Replica replica, String content) throws IOException {
        RawClient client = replica.client().withTimeout(Duration.ofSeconds(10));
        return client.send(RawRequest.post("/api/inference").json(content));
    }

    private static void awaitActive(Replica replica, int calls) {
        await().atMost(SOON).until(() -> active(replica) == calls);
    }

    private static int active(Replica replica) {
        return replica.metrics()
                .lines()
                .filter(line -> line.startsWith("http_server_active_requests"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void atOneProxyWhoCameFirstGoesFirst() throws Exception {
        start(1, Duration.ofSeconds(10));
        upstream.otherwise(held(), Answer.json("{}"));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(send(one, "[" + i + "]"));
            awaitActive(one, i + 1);
        }
        assertThat(upstream.requestCount()).isOne();

        gate.countDown();

        for (RawClient each : clients) {
            try (each) {
                assertThat(each.readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(upstream.requests())
                .extracting(ReceivedRequest::bodyText)
                .containsExactly("[0]", "[1]", "[2]", "[3]", "[4]", "[5]");
    }

    @Test
    void allWhoWaitGetTheirTurnAndNeverAreTooManyUnderWay() throws Exception {
        start(2, Duration.ofSeconds(10));
        upstream.otherwise(counted(Duration.ofMillis(10)));

        assertThat(Callers.admitted(List.of(one.proxy().uri(), two.proxy().uri()), 12, 5))
                .isEqualTo(60);

        assertThat(most).hasValue(2);
    }

    @Test
    void whoWaitsAtOneProxyIsNotStarvedByThoseOfAnother() throws Exception {
        start(1, Duration.ofSeconds(8));
        upstream.otherwise(counted(Duration.ofMillis(10)));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> flood = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                flood.add(threads.submit(() -> {
                    int served = 0;
                    try (RawClient client = one.client()) {
                        while (!done.get()) {
                            served += Replica.call(client).status() == 200 ? 1 : 0;
                        }
                    }
                    return served;
                }));
            }
            upstream.awaitRequests(5, SOON);

            for (int i = 0; i < 3; i++) {
                assertThat(two.call().status()).isEqualTo(200);
            }

            done.set(true);
            for (Future<Integer> each : flood) {
                assertThat(each.get()).isPositive();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void whoLeavesOrIsTooLateHoldsNothing() throws Exception {
        start(1, Duration.ofMillis(1_500));
        upstream.otherwise(held(), Answer.json("{}"));
        try (RawClient running = send(one, "{}")) {
            upstream.awaitRequests(1, SOON);
            try (RawClient leaver = send(two, "{}")) {
                awaitActive(two, 1);
                RawResponse late = two.call();
                assertThat(late.status()).isEqualTo(429);
                assertThat(late.text()).contains("too-many-in-flight");
                leaver.reset();
            }
            awaitActive(two, 0);

            gate.countDown();

            assertThat(running.readResponse().status()).isEqualTo(200);
        }
        await().atMost(SOON).untilAsserted(() -> {
            RawResponse next = two.call();
            assertThat(next.status()).isEqualTo(200);
            assertThat(next.header("X-RateLimit-Remaining")).contains("0");
        });
        assertThat(one.call().status()).as("it has come back").isEqualTo(200);
    }

    @Test
    void whenRedisDiesEachProxyDecidesAboutThoseWhoWaitThere() throws Exception {
        start(1, Duration.ofSeconds(10));
        upstream.otherwise(held(), Answer.json("{}"));
        try (RawClient running = send(one, "{}")) {
            upstream.awaitRequests(1, SOON);
            try (RawClient here = send(one, "[1]");
                    RawClient there = send(two, "[2]")) {
                awaitActive(one, 2);
                awaitActive(two, 1);

                redis.kill();

                RawResponse alone = there.readResponse();
                assertThat(alone.status()).as("none is under way at that one").isEqualTo(200);
                assertThat(alone.header("X-RateLimit-Degraded")).contains("share");
                assertThat(active(one)).as("one is under way here").isEqualTo(2);
                gate.countDown();
                assertThat(running.readResponse().status()).isEqualTo(200);
                assertThat(here.readResponse().header("X-RateLimit-Degraded")).contains("share");
            }
        }
    }
}
