package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SHORT;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.SlowSend;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that dribble, stall, do not read or just sit there end in time, and nobody else feels them. */
class SlowClientTest {

    @Test
    void aHeadThatDribblesIsA408AtTheTimeoutHoweverManyBytesCome() throws Exception {
        try (Bench bench = Bench.start(
                        builder -> builder.listen(server -> server.withHeadTimeout(Duration.ofMillis(400))));
                RawClient client = bench.connect()) {
            SlowSend head = client.sendSlowly(
                    Bytes.ofUtf8("POST /api/inference HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(10_000)));
            RawResponse answer = dribble(client, head);

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.header("Connection")).contains("close");
            assertThat(answer.text()).contains("\"code\":\"request-timeout\"");
            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void aConnectionOnWhichNothingComesIsClosed() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withHeadTimeout(SHORT)));
                RawClient client = bench.connect()) {
            assertThat(client.readUntilClosed(SOON)).isEqualTo(Bytes.EMPTY);
            assertThat(bench.reportCount()).isZero();
        }
    }

    @Test
    void aConnectionThatIsIdleForTooLongIsClosed() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withKeepAliveTimeout(SHORT)));
                RawClient client = bench.connect()) {
            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(200);
            assertThat(client.readUntilClosed(SOON)).isEqualTo(Bytes.EMPTY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/inference", "/raw"})
    void aBodyThatStallsIsA408(String path) throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withBodyTimeout(SHORT)));
                RawClient client = bench.connect()) {
            client.send(RawRequest.post(path)
                    .header("Content-Type", "application/json")
                    .header("Content-Length", "100")
                    .content(Bytes.ofUtf8("{\"half\":")));
            RawResponse answer = client.readResponse();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.header("Connection")).contains("close");
            assertThat(client.isClosedByPeer(SOON)).isTrue();
            assertThat(bench.upstream.requestCount()).isZero();
            bench.upstream.awaitNoOpenConnections(SOON);
        }
    }

    @Test
    void aBodyThatDribblesIsServedWhileItDoesNotStall() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            SlowSend request = client.sendSlowly(
                    RawRequest.post("/api/inference").json("[1,2,3]").bytes());
            request.through("\r\n\r\n");
            while (request.remaining() > 1) {
                request.next(1);
                await().atMost(SOON).until(() -> bench.active() == 1); // not at once, so it dribbles
            }
            request.rest();

            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatStopsReadingIsCutAndItsCallCancelled() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withWriteTimeout(SHORT)));
                RawClient client = bench.connectWithSmallWindow()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            flood(stream);
            client.send(post("/api/inference")).readHead();

            stream.awaitAborted(SOON);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
            soon().until(() -> bench.proxy.connections() == 0);
        }
    }

    @Test
    void aClientThatStopsReadingOnlyLaterIsCutToo() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withWriteTimeout(SHORT)));
                RawClient client = bench.connectWithSmallWindow()) {
            ScriptedStream stream = ScriptedStream.sse();
            Answer big = Answer.of(200).withBody(Bytes.ofUtf8("x".repeat(8 << 20)));
            bench.upstream.otherwise(big, big, stream);
            assertThat(client.send(post("/api/inference")).readResponse().complete())
                    .isTrue();
            assertThat(client.send(post("/api/inference")).readResponse().complete())
                    .isTrue();
            flood(stream);
            client.send(post("/api/inference")).readHead();

            stream.awaitAborted(SOON);
        }
    }

    @Test
    void connectionsPastTheLimitWaitAndAreServedThen() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withMaxConnections(2)));
                RawClient first = bench.connect();
                RawClient second = bench.connect()) {
            first.send(post("/api/inference")).readResponse();
            second.send(post("/api/inference")).readResponse();
            try (RawClient third = bench.connect()) {
                third.send(post("/api/inference")).withTimeout(SHORT);
                assertThatThrownBy(third::readResponse).isInstanceOf(SocketTimeoutException.class);
                assertThat(bench.proxy.connections()).isEqualTo(2);
                first.halfClose();
                assertThat(third.withTimeout(SOON).readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void manyThatComeAndGoAtTheLimitAreAllServed() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(server -> server.withMaxConnections(1)))) {
            Load load = Load.of(8, 400, number -> {
                try (RawClient client = bench.connect()) {
                    assertThat(client.send(RawRequest.get("/livez").header("Connection", "close"))
                                    .readResponse()
                                    .status())
                            .isEqualTo(200);
                }
            });

            load.await(Duration.ofSeconds(30));
        }
    }

    @Test
    void aThousandSlowOnesDoNotHurtAGoodOne() throws Exception {
        List<RawClient> slow = new ArrayList<>();
        try (Bench bench = Bench.start();
                RawClient good = bench.connect()) {
            for (int i = 0; i < 1000; i++) {
                RawClient client = bench.connect();
                slow.add(client);
                client.send(
                        switch (i % 3) {
                            case 0 -> "POST /api/inference HTTP/1.1\r\nHost: a\r\nX-Half: ";
                            case 1 ->
                                "POST /api/inference HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 100\r\n\r\n{";
                            default -> "";
                        });
            }
            soon().until(() -> bench.proxy.connections() == 1001);
            long begun = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThat(good.send(post("/api/inference")).readResponse().status())
                        .isEqualTo(200);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            for (RawClient client : slow) {
                client.reset();
            }
            soon().until(() -> bench.proxy.connections() == 1);
        }
    }

    private static void flood(ScriptedStream stream) {
        Bytes event = Bytes.ofUtf8("data: " + "x".repeat(1 << 20) + "\n\n");
        for (int i = 0; i < 32; i++) {
            stream.send(event);
        }
    }

    /** Sends byte after byte, listening in between, until there is an answer. */
    private static RawResponse dribble(RawClient client, SlowSend bytes) throws IOException {
        client.withTimeout(Duration.ofMillis(20));
        Optional<RawResponse> head = Optional.empty();
        while (head.isEmpty() && bytes.remaining() > 0) {
            bytes.next(1);
            try {
                head = Optional.of(client.readHead());
            } catch (SocketTimeoutException notYet) {
                // the next byte
            }
        }
        assertThat(head).as("an answer").isPresent();
        client.withTimeout(SOON);
        return client.readRest();
    }
}
