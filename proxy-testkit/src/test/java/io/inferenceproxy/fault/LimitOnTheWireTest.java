package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SHORT;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitCost;
import io.inferenceproxy.observe.CallReport;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CONTRACT 3.3 with everything in between: exactly as many calls as are allowed, and none for what the upstream owes. */
class LimitOnTheWireTest {

    @Test
    void ofAThousandCallsAtOnceExactlyFiftyAreAdmitted() throws Exception {
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (Bench bench = Bench.start(builder -> builder.limits("50 per hour", "200 per day"))) {
            bench.upstream.otherwise(Answer.json("[]"));
            Queue<RawClient> idle = new ConcurrentLinkedQueue<>();
            Load.of(64, 1000, number -> {
                        RawClient kept = idle.poll();
                        RawClient client = kept == null ? bench.connect() : kept;
                        RawResponse answer = client.send(as("alice")).readResponse();
                        idle.add(client);
                        assertThat(answer.status()).isIn(200, 429);
                        assertThat(answer.headers().all("RateLimit")).hasSize(1);
                        assertThat(answer.header("Retry-After").isPresent()).isEqualTo(answer.status() == 429);
                        (answer.status() == 200 ? admitted : refused).incrementAndGet();
                    })
                    .await(Duration.ofSeconds(30));
            for (RawClient client : idle) {
                client.close();
            }

            assertThat(admitted).hasValue(50);
            assertThat(refused).hasValue(950);
            assertThat(bench.upstream.requestCount()).isEqualTo(50);
            try (RawClient other = bench.connect()) {
                assertThat(other.send(as("bob")).readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void whatTheUpstreamDidNotAnswerIsGivenBack() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limits("2 per hour")
                        .upstream(upstream ->
                                upstream.withMaxInFlight(1).withMaxQueued(0).withFirstByteTimeout(SHORT)));
                RawClient client = bench.connect();
                RawClient holder = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(
                    Fault.RESET_AFTER_REQUEST,
                    Fault.GARBAGE,
                    Fault.SILENCE,
                    stream,
                    Answer.of(503).withBody("its own"),
                    Answer.json("[]"));
            for (int expected : new int[] {502, 502, 504}) {
                RawResponse unanswered = client.send(as("alice")).readResponse();
                assertThat(unanswered.status()).isEqualTo(expected);
                assertThat(unanswered.header("X-RateLimit-Remaining")).contains("2");
            }
            holder.send(as("bob")).readHead();
            RawResponse overloaded = client.send(as("alice")).readResponse();
            assertThat(overloaded.status()).isEqualTo(503);
            assertThat(overloaded.header("X-RateLimit-Remaining")).contains("2");
            stream.end();
            holder.readRest();
            await().atMost(SOON).until(() -> bench.inFlight() == 0);

            RawResponse own = client.send(as("alice")).readResponse();
            assertThat(own.status()).isEqualTo(503);
            assertThat(own.header("X-RateLimit-Remaining"))
                    .as("an answer is an answer")
                    .contains("1");
            assertThat(client.send(as("alice")).readResponse().status()).isEqualTo(200);
            assertThat(client.send(as("alice")).readResponse().status()).isEqualTo(429);
            CallReport refused = bench.awaitReport();
            while (refused.status() != 429) {
                refused = bench.awaitReport();
            }
            assertThat(refused.reason()).as("what the log says").isEqualTo("per-user-hour");
        }
    }

    @Test
    void everyWindowOfEveryPolicyIsToldToWhomItLimits() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limits("50 per hour", "200 per day")
                        .limit(
                                "tokens",
                                policy -> policy.withCost(LimitCost.parse("usage"))
                                        .withLimits("1000 tokens per hour", "3 at once")
                                        .withEstimate(10)));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("{\"usage\":{\"total_tokens\":7}}"));
            client.send(as("alice")).readResponse();
            Bench.soon().until(() -> bench.inFlight() == 0);

            JsonNode limits = JsonMapper.shared()
                    .readTree(client.send(RawRequest.get("/api/me").header("Authorization", "Bearer alice"))
                            .readResponse()
                            .text())
                    .get("limits");

            assertThat(limits)
                    .extracting(
                            each -> each.get("policy").stringValue(),
                            each -> each.get("unit").stringValue(),
                            each -> each.get("quota").longValue(),
                            each -> each.get("remaining").longValue())
                    .containsExactly(
                            tuple("per-user-hour", "requests", 50L, 49L),
                            tuple("per-user-day", "requests", 200L, 199L),
                            tuple("tokens-hour", "tokens", 1_000L, 993L),
                            tuple("tokens-at-once", "concurrent-requests", 3L, 3L));
        }
    }

    private static RawRequest as(String name) {
        return post("/api/inference").header("Authorization", "Bearer " + name);
    }
}
