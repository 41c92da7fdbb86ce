package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Redis dies, stalls and comes back: calls go on, within the stated bound, and nothing that was admitted is forgotten. */
@NullUnmarked // fields are set before each test
@Isolated("it looks at how long calls take")
class RedisOutageTest {

    private static final int REPLICAS = 3;
    private static final int QUOTA = 60;
    private static final Duration BACK = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final List<Replica> replicas = new ArrayList<>();
    private TestRedis redis;

    @BeforeEach
    void open() {
        upstream.otherwise(Answer.json("{}"));
        redis = TestRedis.start(directory);
    }

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
        redis.close();
        upstream.close();
    }

    private void start(int count, RedisOptions options) {
        LimitPolicyOptions policy = LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(QUOTA + " per hour"));
        for (int i = 0; i < count; i++) {
            replicas.add(Replica.start(upstream, options, Map.of("per-user", policy)));
        }
    }

    private void awaitEachKnowsTheOthers() {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(replicas)
                        .allSatisfy(each -> assertThat(each.metrics())
                                .contains("inference_proxy_rate_limit_replicas " + REPLICAS)));
    }

    private int admitted(int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += replicas.get(i % replicas.size()).call().status() == 200 ? 1 : 0;
        }
        return admitted;
    }

    private static long remaining(RawResponse answer) {
        return Long.parseLong(answer.header("X-RateLimit-Remaining").orElseThrow());
    }

    @Test
    void withoutRedisEachAdmitsItsPartOfWhatWasLeftAndSaysSo() {
        start(REPLICAS, redis.options());
        awaitEachKnowsTheOthers();
        assertThat(admitted(QUOTA / 2)).isEqualTo(QUOTA / 2);

        redis.kill();

        assertThat(admitted(QUOTA * 2))
                .as("all had seen the last charges")
                .isBetween(QUOTA / 2 - 3, QUOTA / 2 + REPLICAS - 1);
        assertThat(replicas).allSatisfy(each -> {
            RawResponse degraded = each.call();
            assertThat(degraded.status()).isEqualTo(429);
            assertThat(degraded.header("X-RateLimit-Degraded")).contains("share");
            assertThat(each.metrics())
                    .contains("inference_proxy_rate_limit_degraded 1")
                    .contains("inference_proxy_rate_limit_failures_total{reason=\"error\"}");
        });
    }

    @Test
    void whatWasAdmittedMeanwhileIsCountedThereAgain() {
        start(1, redis.options());
        assertThat(remaining(replicas.get(0).call())).isEqualTo(QUOTA - 1);

        redis.kill();
        assertThat(admitted(20)).isEqualTo(20);
        redis.restart();

        await().atMost(BACK)
                .untilAsserted(() -> assertThat(replicas.get(0).call().header("X-RateLimit-Degraded"))
                        .isEmpty());
        long left = remaining(replicas.get(0).call());
        assertThat(left).as("but for the calls that looked").isLessThanOrEqualTo(QUOTA - 1 - 20 - 2);
        start(1, redis.options());
        assertThat(remaining(replicas.get(1).call())).as("known to others").isEqualTo(left - 1);
    }

    @Test
    void closedRefusesWithoutRedisAndSaysWhenToComeAgain() {
        start(1, redis.options().withOnFailure(OnFailure.CLOSED));
        redis.kill();

        RawResponse answer = replicas.get(0).call();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("\"code\":\"overloaded\"");
        assertThat(answer.header("Retry-After")).contains("1");
        assertThat(answer.header("X-RateLimit-Degraded")).contains("closed");
    }

    @Test
    void openAdmitsAllWithoutRedis() {
        start(1, redis.options().withOnFailure(OnFailure.OPEN));
        redis.kill();

        assertThat(admitted(QUOTA + 5)).isEqualTo(QUOTA + 5);

        assertThat(replicas.get(0).call().header("X-RateLimit-Degraded")).contains("open");
    }

    @Test
    void aRedisThatStallsDelaysNoCallByMoreThanTheTimeoutAndFewAtAll() throws Exception {
        Duration timeout = Duration.ofMillis(100);
        try (StallingLink link = StallingLink.to(redis.port())) {
            start(1, redis.options().withUrl("redis://127.0.0.1:" + link.port()).withTimeout(timeout));
            try (RawClient client = replicas.get(0).client()) {
                Replica.call(client);
                link.stall(true);
                List<Duration> took = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    long begun = System.nanoTime();
                    assertThat(Replica.call(client).status()).isEqualTo(200);
                    took.add(Duration.ofNanos(System.nanoTime() - begun));
                }

                assertThat(took).allSatisfy(each -> assertThat(each).isLessThan(timeout.multipliedBy(3)));
                assertThat(took.stream().filter(each -> each.compareTo(timeout) >= 0))
                        .as("after three in a row nobody waits any more")
                        .hasSizeLessThanOrEqualTo(3);
                link.stall(false);
                await().atMost(BACK).untilAsserted(() -> {
                    RawResponse answer = Replica.call(client);
                    assertThat(answer.header("X-RateLimit-Degraded")).isEmpty();
                    assertThat(QUOTA - remaining(answer))
                            .as("late answers count nobody twice")
                            .isEqualTo(asked());
                });
            }
        }
    }

    @Test
    void whileCallsWaitForARedisThatStallsNobodyElseDoes() throws Exception {
        Duration timeout = Duration.ofSeconds(3);
        int connections = 2 * Runtime.getRuntime().availableProcessors(); // several to each event loop
        List<RawClient> limited = new ArrayList<>();
        List<RawClient> others = new ArrayList<>();
        try (StallingLink link = StallingLink.to(redis.port())) {
            RedisOptions stalling =
                    redis.options().withUrl("redis://127.0.0.1:" + link.port()).withTimeout(timeout);
            LimitPolicyOptions policy = LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(QUOTA + " per hour"));
            replicas.add(new Replica(Replica.builder(upstream.uri(), stalling, Map.of("per-user", policy))
                    .route(
                            "free",
                            RouteOptions.of(RouteMatch.parse("POST /free"))
                                    .withTo(Optional.of(""))
                                    .withAuth(RouteAccess.NONE)
                                    .withLimits())
                    .start()));
            for (int i = 0; i < connections; i++) {
                limited.add(replicas.get(0).client());
                others.add(replicas.get(0).client());
            }
            link.stall(true);
            long begun = System.nanoTime();

            for (RawClient each : limited) {
                each.send(RawRequest.post("/api/inference").json("{}"));
            }
            for (int i = 0; i < 10; i++) {
                for (RawClient each : others) {
                    assertThat(each.send(RawRequest.post("/free").json("{}"))
                                    .readResponse()
                                    .status())
                            .isEqualTo(200);
                }
            }

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(timeout.dividedBy(2));
            assertThat(asked()).as("those under limits wait still").isEqualTo(10L * connections);
            link.stall(false);
            for (RawClient each : limited) {
                assertThat(each.readResponse().header("X-RateLimit-Degraded")).isEmpty();
            }
        } finally {
            for (RawClient each : limited) {
                each.close();
            }
            for (RawClient each : others) {
                each.close();
            }
        }
    }

    /** How many calls have come through. */
    private long asked() {
        return upstream.requestCount();
    }
}
