package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SHORT;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An upstream takes so many calls at once and no more; who comes later waits in order, for a while. */
class QueueTest {

    @Test
    void whoCameFirstGoesFirst() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withMaxInFlight(1)));
                RawClient holder = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("[]"));
            holder.send(post("/api/inference/holder")).readHead();
            for (int i = 1; i <= 8; i++) {
                int waiting = i;
                clients.add(bench.connect().send(post("/api/inference/" + i)));
                soon().until(() -> bench.queued() == waiting);
            }
            assertThat(bench.inFlight()).isEqualTo(1);
            stream.end();
            for (RawClient client : clients) {
                assertThat(client.readResponse().status()).isEqualTo(200);
            }

            assertThat(bench.upstream.requests())
                    .extracting(request -> request.path().substring(15))
                    .containsExactly("holder", "1", "2", "3", "4", "5", "6", "7", "8");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aFullQueueIsA503AtOnce() throws Exception {
        try (Bench bench = Bench.start(builder ->
                        builder.upstream(upstream -> upstream.withMaxInFlight(1).withMaxQueued(1)));
                RawClient holder = bench.connect();
                RawClient waiter = bench.connect();
                RawClient third = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("[]"));
            holder.send(post("/api/inference")).readHead();
            waiter.send(post("/api/inference"));
            soon().until(() -> bench.queued() == 1);
            RawResponse refused = third.send(post("/api/inference")).readResponse();

            assertOverloaded(refused);
            stream.end();
            assertThat(waiter.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void whoWaitedTooLongIsRefusedAndTheNextIsServed() throws Exception {
        try (Bench bench = Bench.start(builder ->
                        builder.upstream(upstream -> upstream.withMaxInFlight(1).withQueueTimeout(SHORT)));
                RawClient holder = bench.connect();
                RawClient waiter = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("[]"));
            holder.send(post("/api/inference")).readHead();
            RawResponse refused = waiter.send(post("/api/inference")).readResponse();

            assertOverloaded(refused);
            stream.end();
            holder.readRest();
            assertThat(waiter.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(200);
            assertThat(bench.upstream.requestCount()).isEqualTo(2);
        }
    }

    private static void assertOverloaded(RawResponse refused) {
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("\"code\":\"overloaded\"");
        assertThat(refused.header("Retry-After")).contains("1");
        assertThat(refused.header("Proxy-Status")).contains("inference-proxy; error=connection_limit_reached");
    }
}
