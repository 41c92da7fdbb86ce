package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Calls under way are counted over all replicas, as long as these live. The test mostly waits for leases to end. */
@Execution(ExecutionMode.CONCURRENT)
class AtOnceTest {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private static void send(RawClient client) throws IOException {
        client.send(RawRequest.post("/api/inference").json("{}"));
    }

    @Test
    void theCallsOfAReplicaThatIsKilledComeBackAndThoseOfOneThatLivesAreHeld() throws Exception {
        try (TestRedis redis = TestRedis.start(directory);
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.otherwise(Answer.json("{}").withHeadDelay(LONG));
            RedisOptions options = redis.options().withLease(LEASE);
            Map<String, LimitPolicyOptions> limits =
                    Map.of("models", LimitPolicyOptions.DEFAULT.withAtOnce(3).withWindows(List.of()));
            try (ReplicaProcess dies = ReplicaProcess.start(upstream.uri(), options, "", 3);
                    Replica lives = Replica.start(upstream.uri(), options, limits);
                    RawClient first = RawClient.connect(dies.uri());
                    RawClient second = RawClient.connect(dies.uri());
                    RawClient third = lives.client()) {
                send(first);
                send(second);
                send(third);
                upstream.awaitRequests(3, Duration.ofSeconds(5));
                assertThat(lives.call().status()).as("three are under way").isEqualTo(429);

                dies.kill();

                upstream.otherwise(Answer.json("{}"));
                await().atMost(LEASE.multipliedBy(3))
                        .untilAsserted(() -> assertThat(lives.call().status()).isEqualTo(200));
                await().during(LEASE.plusSeconds(1))
                        .atMost(LEASE.multipliedBy(4))
                        .untilAsserted(() -> assertThat(remaining(lives))
                                .as("the one at the replica that lives is renewed")
                                .isEqualTo("1"));
            }
        }
    }

    private static String remaining(Replica replica) {
        return replica.call().header("X-RateLimit-Remaining").orElseThrow();
    }
}
