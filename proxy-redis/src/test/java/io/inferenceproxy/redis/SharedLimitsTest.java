package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.PolicyMode;
import io.inferenceproxy.limit.SharedCountersException;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three proxies over one Redis: together they admit what one alone would. */
@NullUnmarked // fields are set before each test
class SharedLimitsTest {

    private static final int CLIENTS = 32;

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Map<String, LimitPolicyOptions> limits = new LinkedHashMap<>();
    private final List<Replica> replicas = new ArrayList<>();
    private TestRedis redis;

    @BeforeEach
    void open() {
        upstream.otherwise(Answer.json("{}"));
        redis = TestRedis.start(directory, "requirepass hunter22");
    }

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
        redis.close();
        upstream.close();
    }

    private void policy(String name, LimitKey key, String windows) {
        limits.put(name, LimitPolicyOptions.DEFAULT.withKey(key).withWindows(Window.parseAll(windows)));
    }

    private void start(int count) {
        for (int i = 0; i < count; i++) {
            replicas.add(Replica.start(upstream, redis.options().withPassword(Secret.of("hunter22")), limits));
        }
    }

    private Replica replica(int i) {
        return replicas.get(i % replicas.size());
    }

    private int admitted(int calls) throws Exception {
        return Callers.admitted(
                replicas.stream().map(each -> each.proxy().uri()).toList(), CLIENTS, calls);
    }

    @Test
    void thirtyTwoClientsOfThreeReplicasAreAdmittedFiftyAnHour() throws Exception {
        policy("per-user", LimitKey.USER, "50 per hour; 200 per day");
        start(3);

        assertThat(admitted(10)).isEqualTo(50);

        RawResponse refused = replica(1).call();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("RateLimit").orElseThrow())
                .contains("\"per-user-hour\";r=0;t=")
                .contains("\"per-user-day\";r=150;t=");
        assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
                .isBetween(3_500, 3_600);
    }

    @Test
    void allPoliciesAreChargedOrNone() throws Exception {
        policy("per-user", LimitKey.USER, "100 per hour");
        policy("all", LimitKey.GLOBAL, "7 per hour");
        start(3);

        assertThat(admitted(2)).isEqualTo(7);

        assertThat(replica(0).call().header("RateLimit").orElseThrow())
                .contains("\"per-user-hour\";r=93;")
                .contains("\"all-hour\";r=0;");
    }

    @Test
    void aCallWithoutAnAnswerIsGivenBackAtAll() throws Exception {
        policy("per-user", LimitKey.USER, "5 per hour");
        start(2);
        upstream.close();

        for (int i = 0; i < 8; i++) {
            assertThat(replica(i).call().status()).isEqualTo(502);
        }
    }

    @Test
    void decisionsAreTimed() {
        policy("per-user", LimitKey.USER, "5 per hour");
        start(1);

        replica(0).call();

        assertThat(replica(0).metrics())
                .contains("inference_proxy_rate_limit_degraded 0")
                .contains("inference_proxy_rate_limit_duration_seconds_count 1")
                .contains(
                        "inference_proxy_rate_limit_decisions_total{outcome=\"admitted\",policy=\"per-user-hour\"} 1.0");
    }

    @Test
    void callsUnderWayAreCountedInShadowToo() throws Exception {
        limits.put(
                "models",
                LimitPolicyOptions.DEFAULT.withAtOnce(2).withWindows(List.of()).withMode(PolicyMode.SHADOW));
        start(1);
        upstream.otherwise(Answer.json("{}").withHeadDelay(Duration.ofMinutes(1)));
        RawRequest request = RawRequest.post("/api/inference").json("{}");
        try (RawClient first = replica(0).client();
                RawClient second = replica(0).client();
                RawClient third = replica(0).client()) {
            first.send(request);
            second.send(request);
            third.send(request);
            upstream.awaitRequests(3, Duration.ofSeconds(5));
            await().untilAsserted(() -> assertThat(replica(0).metrics())
                    .contains(shadow("admitted", 2))
                    .contains(shadow("refused", 1)));
        }
        upstream.otherwise(Answer.json("{}"));

        await("the three have ended").untilAsserted(() -> {
            replica(0).call();
            assertThat(replica(0).metrics()).doesNotContain(shadow("admitted", 2));
        });
    }

    private static String shadow(String outcome, int count) {
        return "outcome=\"shadow-" + outcome + "\",policy=\"models-at-once\"} " + count + ".0";
    }

    @Test
    void aWrongPasswordIsSaidAtTheStartAndNotShown() {
        policy("per-user", LimitKey.USER, "5 per hour");

        assertThatThrownBy(() -> Replica.start(upstream, redis.options().withPassword(Secret.of("wrong-one")), limits))
                .isInstanceOf(SharedCountersException.class)
                .hasMessageStartingWith("redis.password: refused by redis://127.0.0.1:")
                .hasMessageNotContaining("wrong-one");
    }

    @Test
    void aUserWithoutAPasswordIsRefusedSinceNobodyWouldSignIn() {
        policy("per-user", LimitKey.USER, "5 per hour");

        assertThatThrownBy(() -> Replica.start(upstream, redis.options().withUsername("proxy"), limits))
                .isInstanceOf(SharedCountersException.class)
                .hasMessage("redis.username: not used (expected: redis.password beside it)");
    }

    @Test
    void aRedisThatIsNotThereIsSaidAtTheStart() {
        policy("per-user", LimitKey.USER, "5 per hour");

        assertThatThrownBy(() ->
                        Replica.start(upstream, redis.options().withUrl("redis://u:pass-word@127.0.0.1:1"), limits))
                .isInstanceOf(SharedCountersException.class)
                .hasMessageStartingWith("redis.url: redis://127.0.0.1:1 cannot be reached")
                .hasMessageNotContaining("pass-word");
    }
}
