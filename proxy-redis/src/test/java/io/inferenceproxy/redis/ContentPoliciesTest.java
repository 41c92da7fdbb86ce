package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that must know the content beside others that need not, over one Redis: one round trip decides about all of them. */
@NullUnmarked // fields are set before each test
class ContentPoliciesTest {

    private static final int CLIENTS = 6;
    private static final int CALLS = 20;

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Map<String, LimitPolicyOptions> limits = new LinkedHashMap<>();
    private final List<Replica> replicas = new ArrayList<>();
    private TestRedis redis;

    @BeforeEach
    void open() {
        upstream.otherwise(Answer.json("{}"));
        redis = TestRedis.start(directory, "appendfsync no");
    }

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
        redis.close();
        upstream.close();
    }

    private void start(int count, String perUser, String perModel) {
        limits.put("per-user", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(perUser)));
        limits.put(
                "per-model",
                LimitPolicyOptions.DEFAULT
                        .withKey(List.of(LimitKey.USER, LimitKey.MODEL))
                        .withWindows(Window.parseAll(perModel)));
        for (int i = 0; i < count; i++) {
            replicas.add(Replica.start(upstream, redis.options(), limits));
        }
    }

    private static RawResponse call(RawClient client, String model) throws Exception {
        return client.send(RawRequest.post("/api/inference").json("{\"model\":\"" + model + "\"}"))
                .readResponse();
    }

    private static String roundTrips(int count) {
        return "inference_proxy_rate_limit_duration_seconds_count " + count + "\n";
    }

    @Test
    void eachDecisionIsOneRoundTrip() throws Exception {
        start(1, "2 per hour", "1 per day");
        Replica replica = replicas.get(0);
        try (RawClient client = replica.client()) {
            RawResponse admitted = call(client, "small");
            assertThat(admitted.header("RateLimit").orElseThrow())
                    .startsWith("\"per-user-hour\";r=1;")
                    .contains(", \"per-model-day\";r=0;");
            assertThat(replica.metrics()).contains(roundTrips(1));

            RawResponse byModel = call(client, "small");
            assertThat(byModel.status()).isEqualTo(429);
            assertThat(byModel.text()).contains("\"violated-policies\":[\"per-model-day\"]");
            assertThat(byModel.header("RateLimit").orElseThrow()).startsWith("\"per-user-hour\";r=1;");
            assertThat(replica.metrics()).contains(roundTrips(2));

            assertThat(call(client, "large").status()).isEqualTo(200);
            assertThat(replica.metrics()).contains(roundTrips(3));

            RawResponse early = client.send(
                            RawRequest.post("/api/inference").json("{}").head())
                    .readResponse();
            assertThat(early.status()).as("without the content").isEqualTo(429);
            assertThat(early.text()).contains("\"violated-policies\":[\"per-user-hour\"]");
            assertThat(Integer.parseInt(early.header("Retry-After").orElseThrow()))
                    .isBetween(3_500, 3_600);
            assertThat(replica.metrics()).contains(roundTrips(4));
        }
    }

    @Test
    void aProxyThatSawLessRefusesForBothPoliciesAtOnce() throws Exception {
        start(2, "1 per hour", "1 per day");
        try (RawClient one = replicas.get(0).client();
                RawClient other = replicas.get(1).client()) {
            assertThat(call(one, "small").status()).isEqualTo(200);

            RawResponse refused = call(other, "small");

            assertThat(refused.text()).contains("\"violated-policies\":[\"per-user-hour\",\"per-model-day\"]");
            assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
                    .isBetween(86_300, 86_400);
        }
    }

    @Test
    void whatTheContentRefusesTakesNothingFromCallsAtTheSameTime() throws Exception {
        start(2, 1 + CLIENTS * CALLS + " per hour", "1 per day");
        AtomicInteger busy = new AtomicInteger(CLIENTS);
        ExecutorService threads = Executors.newFixedThreadPool(2 * CLIENTS);
        try (RawClient first = replicas.get(0).client()) {
            assertThat(call(first, "spent").status()).isEqualTo(200);
            List<Future<Integer>> admitted = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String model = "fresh-" + i + "-";
                Replica replica = replicas.get(i % replicas.size());
                admitted.add(threads.submit(() -> {
                    try (RawClient client = replica.client()) {
                        return admitted(client, model);
                    } finally {
                        busy.decrementAndGet();
                    }
                }));
                admitted.add(threads.submit(() -> {
                    int spent = 0;
                    try (RawClient client = replica.client()) {
                        while (busy.get() > 0) {
                            spent += call(client, "spent").status() == 200 ? 1 : 0;
                        }
                    }
                    return spent;
                }));
            }
            int sum = 0;
            for (Future<Integer> each : admitted) {
                sum += each.get();
            }

            assertThat(sum).isEqualTo(CLIENTS * CALLS);
            assertThat(call(first, "another").status()).as("one more").isEqualTo(429);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int admitted(RawClient client, String model) throws Exception {
        int admitted = 0;
        for (int each = 0; each < CALLS; each++) {
            admitted += call(client, model + each).status() == 200 ? 1 : 0;
        }
        return admitted;
    }
}
