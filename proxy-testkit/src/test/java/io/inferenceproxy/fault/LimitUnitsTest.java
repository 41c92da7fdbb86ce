package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.GiveBack;
import io.inferenceproxy.limit.LimitCost;
import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.PolicyMode;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Limits that count something else than calls, or that must know the content, with everything in between.
 *
 * <p>It is over 300 lines because each unit has its cases, on one stage.
 */
class LimitUnitsTest {

    private static Bench start(UnaryOperator<LimitPolicyOptions> budget) {
        return Bench.start(builder -> builder.limit("budget", budget));
    }

    private static UnaryOperator<LimitPolicyOptions> usage(String window, long estimate) {
        return policy -> policy.withCost(LimitCost.parse("usage"))
                .withWindows(Window.parseAll(window))
                .withEstimate(estimate);
    }

    private static RawRequest call(String content) {
        return RawRequest.post("/api/inference").json(content).header("Authorization", "Bearer alice");
    }

    private static long remaining(RawClient client) throws Exception {
        RawResponse answer = client.send(RawRequest.get("/api/me").header("Authorization", "Bearer alice"))
                .readResponse();
        String text = answer.text();
        return Long.parseLong(text.substring(text.indexOf("\"remaining\":") + "\"remaining\":".length())
                .replaceAll("[^0-9].*", ""));
    }

    @Test
    void whatAnAnswerSaysItsUsageWasTakesThePlaceOfTheEstimate() throws Exception {
        try (Bench bench = start(usage("100 tokens per hour", 40));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("{\"usage\":{\"total_tokens\":7}}"));

            RawResponse first = client.send(call("{}")).readResponse();

            assertThat(first.header("RateLimit-Policy")).contains("\"budget-hour\";q=100;qu=\"tokens\";w=3600");
            assertThat(first.header("X-RateLimit-Remaining")).as("reserved").contains("60");
            await().atMost(SOON).until(() -> remaining(client) == 93);
        }
    }

    @Test
    void theUsageOfAStreamIsReadFromItsLastEvents() throws Exception {
        try (Bench bench = start(usage("100 tokens per hour", 10));
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.send("data: {\"choices\":[],\"usage\":null}\n\n");
            stream.send("data: {\"usage\":{\"total_tokens\":150}}\n\ndata: [DONE]\n\n");
            stream.end();

            client.send(call("{}")).readResponse();

            await().atMost(SOON).until(() -> remaining(client) == 0);
            RawResponse refused = client.send(call("{}")).readResponse();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("100 tokens in 3600 s (budget-hour)");
        }
    }

    @Test
    void aStreamThatBreaksBeforeItSaysItsUsageIsChargedTheEstimate() throws Exception {
        try (Bench bench = start(usage("100 tokens per hour", 10));
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.send("data: {\"choices\":[]}\n\n");
            client.send(call("{}")).readHead();
            stream.die();
            client.readRest();

            await().atMost(SOON).until(() -> remaining(client) == 90);
        }
    }

    @Test
    void aCallThatTheUpstreamRefusedCostsNothingAndOneThatWeRefuseWhatWasReserved() throws Exception {
        try (Bench bench = start(usage("100 tokens per hour", 10));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.of(400).withBody("{\"error\":\"no\"}"));

            client.send(call("{}")).readResponse();
            await().atMost(SOON).until(() -> remaining(client) == 100);
            RawResponse malformed = client.send(call("{")).readResponse();

            assertThat(malformed.status()).isEqualTo(400);
            assertThat(remaining(client)).isEqualTo(90);
        }
    }

    @Test
    void whoLeavesBeforeTheAnswerPaysWhatWasReserved() throws Exception {
        try (Bench bench = start(usage("100 tokens per hour", 10));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Fault.SILENCE);

            try (RawClient leaver = bench.connect()) {
                leaver.send(call("{}"));
                soon().until(() -> bench.upstream.requestCount() == 1);
            }

            await().atMost(SOON).until(() -> bench.active() == 0);
            assertThat(remaining(client)).isEqualTo(90);
        }
    }

    @Test
    void whoLeavesBeforeTheAnswerGetsTheBytesBackWhereThePolicySaysSo() throws Exception {
        try (Bench bench = start(policy -> policy.withCost(LimitCost.parse("body-bytes"))
                        .withGiveBack(Set.of(GiveBack.CANCELLED))
                        .withWindows(Window.parseAll("1000 per hour")));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Fault.SILENCE);

            try (RawClient leaver = bench.connect()) {
                leaver.send(call("[1,2,3,4,5]"));
                soon().until(() -> bench.upstream.requestCount() == 1);
            }

            await().atMost(SOON).until(() -> bench.active() == 0);
            assertThat(remaining(client)).isEqualTo(1_000);
        }
    }

    @Test
    void anUpstreamThatNamesMoreThanAnythingCouldCostBreaksNothing() throws Exception {
        try (Bench bench = start(policy -> policy.withCost(LimitCost.parse("header:X-Cost"))
                        .withWindows(Window.parseAll("100 credits per day")));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]").withHeader("X-Cost", "999999999999999999"));

            client.send(call("{}")).readResponse();

            await().atMost(SOON).until(() -> remaining(client) == 0);
            assertThat(client.send(call("{}")).readResponse().status()).isEqualTo(429);
        }
    }

    @Test
    void theCostThatARefusalOfTheUpstreamNamesIsCharged() throws Exception {
        try (Bench bench = start(policy -> policy.withCost(LimitCost.parse("header:X-Cost"))
                        .withEstimate(50)
                        .withWindows(Window.parseAll("100 credits per day")));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.of(400).withHeader("X-Cost", "33").withBody("no"));

            client.send(call("{}")).readResponse();

            await().atMost(SOON).until(() -> bench.active() == 0);
            assertThat(remaining(client)).isEqualTo(67);
        }
    }

    @Test
    void aFieldOfTheAnswerMayTellTheCost() throws Exception {
        try (Bench bench = start(policy -> policy.withCost(LimitCost.parse("header:X-Cost"))
                        .withWindows(Window.parseAll("100 credits per day")));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]").withHeader("X-Cost", "33"));

            client.send(call("{}")).readResponse();

            await().atMost(SOON).until(() -> remaining(client) == 67);
        }
    }

    @Test
    void theBytesOfTheContentAreCounted() throws Exception {
        try (Bench bench = start(policy ->
                        policy.withCost(LimitCost.parse("body-bytes")).withWindows(Window.parseAll("1000 per hour")));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            RawResponse answer = client.send(call("[1,2,3,4,5]")).readResponse();

            assertThat(answer.header("RateLimit-Policy"))
                    .contains("\"budget-hour\";q=1000;qu=\"content-bytes\";w=3600");
            assertThat(answer.header("X-RateLimit-Remaining")).contains("989");
        }
    }

    @Test
    void itemsOfTheContentAreCountedAndACallThatCostsMoreThanAllIsNeverAdmitted() throws Exception {
        try (Bench bench = start(policy -> policy.withCost(LimitCost.parse("items:/instances"))
                        .withWindows(Window.parseAll("5 per hour")));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            RawResponse three = client.send(call("{\"instances\":[1,[2,2],3]}")).readResponse();
            RawResponse more = client.send(call("{\"instances\":[1,2,3]}")).readResponse();
            RawResponse never =
                    client.send(call("{\"instances\":[1,2,3,4,5,6]}")).readResponse();

            assertThat(three.header("X-RateLimit-Remaining")).contains("2");
            assertThat(more.status()).isEqualTo(429);
            assertThat(more.header("Retry-After")).isPresent();
            assertThat(never.status()).isEqualTo(429);
            assertThat(never.header("Retry-After")).isEmpty();
            assertThat(never.text()).contains("less than the call costs");
        }
    }

    @Test
    void eachModelHasItsOwnQuotaAndARefusalOfItChargesNoOtherPolicy() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limit(
                                "per-user", policy -> policy.withWindows(Window.parseAll("10 per hour")))
                        .limit("gentle", policy -> policy.withAtOnce(1).withWindows(List.of()))
                        .limit(
                                "per-model",
                                policy -> policy.withKey(List.of(LimitKey.USER, LimitKey.MODEL))
                                        .withWindows(Window.parseAll("1 per hour"))));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            RawResponse small = client.send(call("{\"model\":\"small\"}")).readResponse();
            RawResponse again = client.send(call("{\"model\":\"small\"}")).readResponse();
            RawResponse large = client.send(call("{\"model\":\"large\"}")).readResponse();

            assertThat(small.header("RateLimit"))
                    .contains(
                            "\"per-user-hour\";r=9;t=3600, \"gentle-at-once\";r=0;t=1, \"per-model-hour\";r=0;t=3600");
            assertThat(again.status()).isEqualTo(429);
            assertThat(again.header("RateLimit").orElseThrow())
                    .startsWith("\"per-user-hour\";r=9;")
                    .contains("\"gentle-at-once\";r=1;");
            assertThat(large.status()).isEqualTo(200);
            assertThat(large.header("RateLimit").orElseThrow()).startsWith("\"per-user-hour\";r=8;");
        }
    }

    @Test
    void aShadowPolicyRefusesNobodyAndIsNotTold() throws Exception {
        try (Bench bench = start(policy ->
                        policy.withWindows(Window.parseAll("1 per hour")).withMode(PolicyMode.SHADOW));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            for (int i = 0; i < 3; i++) {
                RawResponse answer = client.send(call("{}")).readResponse();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("RateLimit")).isEmpty();
            }

            assertThat(bench.decisions("shadow-refused")).isEqualTo(2);
        }
    }

    @Test
    void contentThatIsRefusedIsGivenBackWhereThePolicySaysSo() throws Exception {
        try (Bench bench = start(policy -> policy.withWindows(Window.parseAll("5 per hour"))
                        .withGiveBack(Set.of(GiveBack.REFUSED_CONTENT)));
                RawClient client = bench.connect()) {

            RawResponse refused = client.send(call("{")).readResponse();

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.header("X-RateLimit-Remaining")).contains("5");
        }
    }

    @Test
    void clientsOfTheOpenAiApiAreToldInItsDialectToo() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limit(
                                "per-user", policy -> policy.withWindows(Window.parseAll("10 per hour; 20 per day")))
                        .limit("budget", usage("100 tokens per minute", 40)));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            RawResponse answer = client.send(
                            RawRequest.post("/openai").json("{}").header("Authorization", "Bearer bob"))
                    .readResponse();

            assertThat(answer.header("x-ratelimit-limit-requests")).contains("10");
            assertThat(answer.header("x-ratelimit-remaining-requests")).contains("9");
            assertThat(answer.header("x-ratelimit-reset-requests")).contains("1h0m0s");
            assertThat(answer.header("x-ratelimit-limit-tokens")).contains("100");
            assertThat(answer.header("x-ratelimit-remaining-tokens")).contains("60");
            assertThat(answer.header("x-ratelimit-reset-tokens")).contains("1m0s");
        }
    }

    @Test
    void theAdminListenerTellsWhoIsRefusedMost() throws Exception {
        try (Bench bench = start(policy -> policy.withWindows(Window.parseAll("1 per hour")));
                RawClient client = bench.connect();
                RawClient operator = RawClient.connect(bench.admin())) {
            bench.upstream.otherwise(Answer.json("[]"));
            for (int i = 0; i < 3; i++) {
                client.send(call("{}")).readResponse();
            }

            RawResponse top = operator.send(RawRequest.get("/limits")).readResponse();

            assertThat(top.text()).contains("\"name\":\"alice\",\"refusals\":2,\"uncertain\":0");
        }
    }

    @Test
    void aRouteMayCostMore() throws Exception {
        try (Bench bench = start(policy ->
                        policy.withWindows(Window.parseAll("9 per hour")).withRouteCosts(Map.of("inference", 4L)));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]"));

            RawResponse answer = client.send(call("{}")).readResponse();

            assertThat(answer.header("X-RateLimit-Remaining")).contains("5");
        }
    }

    @Test
    void callsAtOnceAreHeldUntilTheirStreamEndsAndTheNextWaitsForIt() throws Exception {
        try (Bench bench = start(
                        policy -> policy.withAtOnce(1).withWindows(List.of()).withWait(Duration.ofSeconds(10)));
                RawClient first = bench.connect();
                RawClient second = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("[2]"));
            stream.send("data: 1\n\n");
            first.send(call("{}")).readHead();

            second.send(call("{}"));
            stream.send("data: 2\n\n");
            stream.end();
            first.readRest();

            assertThat(second.readResponse().text()).isEqualTo("[2]");
            assertThat(bench.upstream.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void tooManyCallsAtOnceAreToldAsSuch() throws Exception {
        try (Bench bench = start(policy -> policy.withAtOnce(1).withWindows(List.of()));
                RawClient first = bench.connect();
                RawClient second = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.send("data: 1\n\n");
            first.send(call("{}")).readHead();

            RawResponse refused = second.send(call("{}")).readResponse();
            stream.end();
            first.readRest();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("too-many-in-flight", "1 call at once (budget-at-once)");
            assertThat(refused.header("RateLimit-Policy"))
                    .contains("\"budget-at-once\";q=1;qu=\"concurrent-requests\"");
        }
    }
}
