package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.limit.GiveBack;
import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Limits of routes with a policy that must know the content, for clients that send it slowly, wrongly or not at all. */
class ContentLimitsOnTheWireTest {

    private static Bench start(String perUser, UnaryOperator<LimitPolicyOptions> change) {
        return Bench.start(builder -> limited(builder, perUser, change));
    }

    private static ProxyServerBuilder limited(
            ProxyServerBuilder builder, String perUser, UnaryOperator<LimitPolicyOptions> change) {
        return builder.limit("per-user", policy -> change.apply(policy.withWindows(Window.parseAll(perUser))))
                .limit(
                        "per-model",
                        policy -> policy.withKey(LimitKey.MODEL).withWindows(Window.parseAll("1000 per hour")));
    }

    private static RawRequest call(String content) {
        return RawRequest.post("/api/inference").json(content).header("Authorization", "Bearer alice");
    }

    private static long remaining(Bench bench) throws Exception {
        try (RawClient client = bench.connect()) {
            String text = client.send(RawRequest.get("/api/me").header("Authorization", "Bearer alice"))
                    .readResponse()
                    .text();
            return Long.parseLong(text.substring(text.indexOf("\"remaining\":") + "\"remaining\":".length())
                    .replaceAll("[^0-9].*", ""));
        }
    }

    @Test
    void whoHasUsedUpAQuotaIsRefusedWithoutSendingTheContent() throws Exception {
        try (Bench bench = start("1 per hour", policy -> policy);
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));
            assertThat(client.send(call("{}")).readResponse().status()).isEqualTo(200);

            RawResponse refused = client.send(call("{}").head()).readResponse();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("\"violated-policies\":[\"per-user-hour\"]");
            assertThat(bench.upstream.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void refusedContentIsChargedOnceAndItsAnswerTellsThat() throws Exception {
        try (Bench bench = start("9 per hour", policy -> policy);
                RawClient client = bench.connect()) {
            RawResponse malformed = client.send(call("{")).readResponse();
            assertThat(malformed.status()).isEqualTo(400);
            assertThat(malformed.header("X-RateLimit-Remaining")).contains("8");

            RawResponse typed = client.send(
                            RawRequest.post("/api/inference").body("x").header("Authorization", "Bearer alice"))
                    .readResponse();
            assertThat(typed.status()).isEqualTo(415);
            assertThat(typed.header("X-RateLimit-Remaining")).contains("7");
            assertThat(remaining(bench)).isEqualTo(7);
        }
    }

    @Test
    void whoLeavesWithinTheContentIsChargedOnce() throws Exception {
        assertThat(leftAfterLeaving(policy -> policy)).isEqualTo(8);
    }

    @Test
    void whoLeavesWithinTheContentIsNotChargedWhereThePolicySaysSo() throws Exception {
        assertThat(leftAfterLeaving(policy -> policy.withGiveBack(Set.of(GiveBack.CANCELLED))))
                .isEqualTo(9);
    }

    private static long leftAfterLeaving(UnaryOperator<LimitPolicyOptions> change) throws Exception {
        try (Bench bench = start("9 per hour", change)) {
            try (RawClient leaver = bench.connect()) {
                leaver.send(call("{\"model\":\"small\"}").head()).send("{\"mo");
                soon().until(() -> bench.buffered() > 0);
            }
            soon().until(() -> bench.active() == 0);
            return remaining(bench);
        }
    }

    @Test
    void whoLeavesWhileWaitingForItsTurnHoldsAndPaysNothing() throws Exception {
        try (Bench bench = start("9 per hour", policy -> policy.withAtOnce(1).withWait(Duration.ofSeconds(30)));
                RawClient holder = bench.connect();
                RawClient next = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("[]"));
            stream.send("data: 1\n\n");
            holder.send(call("{}")).readHead();
            try (RawClient leaver = bench.connect()) {
                leaver.send(call("{}"));
                soon().until(() -> bench.active() == 2);
            }
            soon().until(() -> bench.active() == 1);

            next.send(call("{}"));
            stream.end();
            holder.readRest();

            RawResponse answer = next.readResponse();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("RateLimit").orElseThrow())
                    .startsWith("\"per-user-hour\";r=7;")
                    .contains("\"per-user-at-once\";r=0;", "\"per-model-hour\";r=998;");
            assertThat(bench.upstream.requestCount()).isEqualTo(2);
        }
    }
}
