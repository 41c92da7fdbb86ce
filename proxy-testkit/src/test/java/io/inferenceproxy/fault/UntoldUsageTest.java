package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.LimitCost;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Who sees to it that an answer does not tell its usage does not get it for next to nothing. */
class UntoldUsageTest {

    private static final String EVENT = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"total_tokens\":30}}\n\n";

    private static Bench start(long estimate) {
        return Bench.start(builder -> builder.limit(
                "budget",
                policy -> policy.withCost(LimitCost.parse("usage"))
                        .withLimits("1000 tokens per hour")
                        .withEstimate(estimate)));
    }

    private static RawRequest call() {
        return Bench.post("/api/inference").header("Authorization", "Bearer alice");
    }

    private static boolean has(Bench bench, int left) {
        try (RawClient client = bench.connect()) {
            return client.send(RawRequest.get("/api/me").header("Authorization", "Bearer alice"))
                    .readResponse()
                    .text()
                    .contains("\"remaining\":" + left + ",");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void read(RawClient client, int events) throws IOException {
        for (int i = 0; i < events; i++) {
            assertThat(client.readEvent()).isPresent();
        }
    }

    @Test
    void aStreamThatDoesNotTellItsUsageCostsItsEvents() throws Exception {
        try (Bench bench = start(10);
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.send(EVENT.repeat(200) + "data: [DONE]\n\n");
            stream.end();

            client.send(call()).readResponse();

            soon().until(() -> has(bench, 1_000 - 201));
        }
    }

    @Test
    void fewEventsCostWhatWasReserved() throws Exception {
        try (Bench bench = start(10);
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.send(EVENT.repeat(3));
            stream.end();

            client.send(call()).readResponse();

            soon().until(() -> has(bench, 1_000 - 10));
        }
    }

    @Test
    void whoLeavesBeforeTheUsageIsToldPaysForWhatCame() throws Exception {
        try (Bench bench = start(1)) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            try (RawClient client = bench.connect()) {
                client.send(call()).readHead();
                stream.send(EVENT.repeat(50));
                read(client, 50);
            }

            soon().until(() -> has(bench, 1_000 - 50));
        }
    }

    @Test
    void whoLeavesAfterTheUsageWasToldPaysThat() throws Exception {
        try (Bench bench = start(100)) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            try (RawClient client = bench.connect()) {
                client.send(call()).readHead();
                stream.send(EVENT + USAGE);
                read(client, 2);
            }

            soon().until(() -> has(bench, 1_000 - 30));
        }
    }

    @Test
    void aStreamThatBreaksAfterTheUsageWasToldCostsThat() throws Exception {
        try (Bench bench = start(100);
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.send(EVENT + USAGE);
            client.send(call()).readHead();
            stream.die();
            client.readRest();

            soon().until(() -> has(bench, 1_000 - 30));
        }
    }

    @Test
    void theUpstreamIsAskedForAnAnswerThatCanBeRead() throws Exception {
        try (Bench bench = start(1);
                Bench plain = Bench.start();
                RawClient client = bench.connect();
                RawClient other = plain.connect()) {
            bench.upstream.otherwise(Answer.json("{\"usage\":{\"total_tokens\":30}}"));
            plain.upstream.otherwise(Answer.json("{}"));
            client.send(call().header("Accept-Encoding", "gzip, br")).readResponse();
            other.send(call().header("Accept-Encoding", "gzip, br")).readResponse();

            assertThat(bench.upstream.requests().get(0).header("Accept-Encoding"))
                    .contains("identity");
            assertThat(plain.upstream.requests().get(0).header("Accept-Encoding"))
                    .contains("gzip, br");
        }
    }
}
