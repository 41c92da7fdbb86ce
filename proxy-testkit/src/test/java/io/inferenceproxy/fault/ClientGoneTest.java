package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.AT_ONCE;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 3.7: the client goes away, and within a second nobody works for it any more, however silent the upstream is. */
class ClientGoneTest {

    /** How a client goes. */
    private enum Leaving {
        FIN,
        RST,
        HALF_CLOSE;

        void of(RawClient client) throws IOException {
            switch (this) {
                case FIN -> client.close();
                case RST -> client.reset();
                case HALF_CLOSE -> client.halfClose();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void beforeTheHeadOfTheAnswer(Leaving leaving) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Fault.SILENCE);
            client.send(post("/api/inference"));
            bench.upstream.awaitRequest(SOON);
            leaving.of(client);

            bench.upstream.awaitAborted(AT_ONCE);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whileAStreamIsSilent(Leaving leaving) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference")).readHead();
            leaving.of(client);

            stream.awaitAborted(AT_ONCE);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void inTheMiddleOfAStreamThatItDoesNotRead(Leaving leaving) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connectWithSmallWindow()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            Bytes event = Bytes.ofUtf8("data: " + "x".repeat(1 << 20) + "\n\n");
            for (int i = 0; i < 32; i++) {
                stream.send(event);
            }
            client.readHead();
            client.readChunk();
            leaving.of(client);

            stream.awaitAborted(AT_ONCE);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void inTheMiddleOfItsOwnBody(Leaving leaving) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            client.send(RawRequest.post("/raw").header("Content-Length", "100").content(Bytes.ofUtf8("half")));
            bench.upstream.awaitHead(SOON);
            leaving.of(client);

            bench.upstream.awaitNoOpenConnections(AT_ONCE);
            assertThat(bench.upstream.requestCount())
                    .as("no part is taken for the whole")
                    .isZero();
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
        }
    }

    @Test
    void inTheMiddleOfABodyThatIsCollected() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            client.send(RawRequest.post("/api/inference")
                    .header("Content-Type", "application/json")
                    .header("Content-Length", "100")
                    .content(Bytes.ofUtf8("{\"half\":")));
            await().atMost(SOON).until(() -> bench.active() == 1);
            client.reset();

            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
            assertThat(bench.upstream.openedConnections()).isZero();
        }
    }

    @Test
    void inTheMiddleOfItsHead() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            client.send("POST /api/inference HTTP/1.1\r\nHost: a\r\nX-Half: ");
            await().atMost(SOON).until(() -> bench.proxy.connections() == 1);
            client.reset();

            soon().until(() -> bench.proxy.connections() == 0);
            assertThat(bench.upstream.openedConnections()).isZero();
        }
    }

    @Test
    void whileItWaitsForItsTurn() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withMaxInFlight(1)));
                RawClient first = bench.connect();
                RawClient second = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            first.send(post("/api/inference")).readHead();
            second.send(post("/api/inference"));
            soon().until(() -> bench.queued() == 1);
            second.reset();

            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
            assertThat(bench.queued()).isZero();
            stream.end();
            assertThat(first.readRest().complete()).isTrue();
            assertThat(bench.upstream.requestCount()).isEqualTo(1);
        }
    }
}
