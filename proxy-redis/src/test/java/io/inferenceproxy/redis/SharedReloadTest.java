package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitCost;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Shared limits that are changed while two proxies serve, one after the other. */
@Execution(ExecutionMode.CONCURRENT)
@NullUnmarked // fields are set before each test
class SharedReloadTest {

    private static final Duration LEASE = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private TestRedis redis;
    private Replica one;
    private Replica other;

    @BeforeEach
    void open() {
        upstream.otherwise(Answer.json("{}"));
        redis = TestRedis.start(directory);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        redis.close();
        upstream.close();
    }

    private void start(LimitPolicyOptions policy) {
        one = Replica.start(upstream, redis.options().withLease(LEASE), Map.of("p", policy));
        other = Replica.start(upstream, redis.options().withLease(LEASE), Map.of("p", policy));
    }

    private static LimitPolicyOptions limited(String... limits) {
        return LimitPolicyOptions.DEFAULT.withLimits(limits);
    }

    private static List<String> reload(Replica replica, String name, LimitPolicyOptions policy) {
        return replica.proxy()
                .reload(replica.proxy().options().withLimits(Map.of(name, policy)))
                .forgotten();
    }

    private static String remaining(Replica replica) {
        return replica.call().header("X-RateLimit-Remaining").orElseThrow();
    }

    @Test
    void anotherQuotaKeepsTheCount() {
        start(limited("10 per hour"));
        remaining(one);
        remaining(other);

        assertThat(reload(one, "p", limited("20 per hour", "90 per day"))).isEmpty();
        assertThat(remaining(one)).isEqualTo("17");
        assertThat(remaining(other)).as("by the proxy that was not told yet").isEqualTo("6");
        reload(other, "p", limited("20 per hour", "90 per day"));

        assertThat(remaining(other)).isEqualTo("15");
    }

    @Test
    void evenOneThatIsKeptInAnotherManner() {
        start(limited("10 per hour"));
        remaining(one);

        reload(one, "p", limited("5000 per hour"));
        assertThat(remaining(one)).isEqualTo("4998");
        reload(one, "p", limited("20 per hour"));

        assertThat(remaining(one)).isEqualTo("17");
    }

    @Test
    void anotherCostBeginsAnew() {
        start(LimitPolicyOptions.DEFAULT.withCost(LimitCost.parse("body-bytes")).withLimits("100 bytes per hour"));
        remaining(one);

        assertThat(reload(one, "p", limited("100 per hour"))).containsExactly("p");
        assertThat(remaining(one)).isEqualTo("99");
    }

    @Test
    void whoWaitsIsLetInByCallsThatBeganAfter() throws Exception {
        start(limited("1 at once").withWait(Duration.ofSeconds(30)));
        ScriptedStream stream = ScriptedStream.sse();
        upstream.otherwise(stream, Answer.json("{}"));
        try (RawClient streaming = one.client();
                RawClient waiting = one.client()) {
            streaming.send(RawRequest.post("/api/inference").json("{}")).readHead();
            waiting.send(RawRequest.post("/api/inference").json("{}"));
            reload(one, "p", limited("1 at once").withWait(Duration.ofSeconds(20)));
            stream.end();
            streaming.readRest();

            assertThat(waiting.readResponse().status()).isEqualTo(200);
            assertThat(one.call().status()).isEqualTo(200);
        }
    }

    @Test
    void whoWaitsIsLetInByMorePlacesThoughNoCallEnds() throws Exception {
        start(limited("1 at once").withWait(Duration.ofSeconds(30)));
        ScriptedStream stream = ScriptedStream.sse();
        upstream.otherwise(stream, Answer.json("{}"));
        try (RawClient streaming = one.client();
                RawClient waiting = one.client()) {
            streaming.send(RawRequest.post("/api/inference").json("{}")).readHead();
            waiting.send(RawRequest.post("/api/inference").json("{}"));

            reload(one, "p", limited("2 at once").withWait(Duration.ofSeconds(30)));

            assertThat(waiting.readResponse().status()).isEqualTo(200);
            stream.end();
            streaming.readRest();
        }
    }

    @Test
    void aRenamedPolicyBeginsAnew() {
        start(limited("10 per hour"));
        remaining(one);

        assertThat(reload(one, "q", limited("10 per hour"))).containsExactly("p");
        assertThat(remaining(one)).isEqualTo("9");
    }

    @Test
    void callsUnderWayAreHeldOn() throws Exception {
        start(limited("2 at once"));
        ScriptedStream stream = ScriptedStream.sse();
        upstream.otherwise(stream, Answer.json("{}"));
        try (RawClient streaming = one.client()) {
            streaming.send(RawRequest.post("/api/inference").json("{}")).readHead();
            reload(one, "p", limited("1 at once"));

            await().during(LEASE.plusSeconds(1))
                    .atMost(LEASE.multipliedBy(3))
                    .until(() -> one.call().status() == 429);
            stream.end();
            streaming.readRest();
            await().until(() -> one.call().status() == 200);
        }
    }
}
