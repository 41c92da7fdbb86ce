package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections to upstreams are used again while they are good, and nothing is sent twice that must not be (CONTRACT 3.5). */
class ReuseTest {

    @Test
    void oneConnectionServesOneCallAfterTheOther() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(
                    Answer.json("[]"),
                    Answer.of(204),
                    Answer.of(200).withChunks("a", "b"),
                    Answer.of(304),
                    Answer.of(500).withBody("x"),
                    Answer.of(200));
            for (int i = 0; i < 12; i++) {
                client.send(post("/api/inference")).readResponse();
            }
            client.send(RawRequest.of("HEAD", "/raw")).readResponseToHead();
            client.send(RawRequest.get("/raw")).readResponse();

            assertThat(bench.upstream.requestCount()).isEqualTo(14);
            assertThat(bench.upstream.openedConnections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatTheAnswerEndsIsNotUsedAgain() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(
                    Answer.json("[1]").withConnectionClose(),
                    Answer.json("[2]").withFraming(BodyFraming.UNTIL_CLOSE),
                    Answer.json("[3]"));

            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .isEqualTo("[1]");
            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .isEqualTo("[2]");
            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .isEqualTo("[3]");
            assertThat(bench.upstream.openedConnections()).isEqualTo(3);
        }
    }

    @Test
    void aConnectionThatTheServerClosedWhileIdleIsNotUsed() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            for (int i = 1; i <= 5; i++) {
                RawResponse answer = client.send(post("/api/inference")).readResponse();
                assertThat(answer.status()).isEqualTo(200);
                bench.upstream.closeIdleConnections();
                bench.upstream.awaitNoOpenConnections(SOON);
                letTheLoopTurn(client);
            }

            assertThat(bench.upstream.openedConnections()).isEqualTo(5);
        }
    }

    @Test
    void aConnectionOnWhichTheServerSpokeUnaskedIsNotUsed() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            client.send(post("/api/inference")).readResponse();
            bench.upstream.writeToIdleConnections("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            letTheLoopTurn(client);

            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .contains("\"method\":\"POST\"");
            assertThat(bench.upstream.openedConnections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatWasIdleForTooLongIsClosed() throws Exception {
        try (Bench bench = Bench.start(
                        builder -> builder.upstream(upstream -> upstream.withIdleTimeout(Duration.ofMillis(100))));
                RawClient client = bench.connect()) {
            client.send(post("/api/inference")).readResponse();

            bench.upstream.awaitNoOpenConnections(SOON);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_AFTER_REQUEST", "CLOSE_WITHOUT_ANSWER"})
    void aRepeatableRouteTriesOnceMoreWhenAKeptConnectionIsDead(Fault fault) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[1]"), fault, Answer.json("[2]"), fault, fault, Answer.json("[3]"));
            client.send(post("/again")).readResponse();

            RawResponse repeated = client.send(post("/again")).readResponse();
            assertThat(repeated.text()).isEqualTo("[2]");
            assertThat(bench.upstream.requestCount()).isEqualTo(3);

            RawResponse twiceDead = client.send(post("/again")).readResponse();
            assertThat(twiceDead.status())
                    .as("a new connection that dies is no stale one")
                    .isEqualTo(502);
            assertThat(bench.upstream.requestCount()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 200", "65536, 200", "65537, 502", "1000000, 502"})
    void contentThatPassesIsSentAgainAsFarAsItsBeginningIsKept(int length, int status) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[1]"), Fault.RESET_AFTER_REQUEST, Answer.json("[2]"));
            client.send(RawRequest.get("/again-raw")).readResponse();
            Bytes content = Bytes.ofUtf8("0123456789".repeat(length / 10 + 1)).slice(0, length);

            RawResponse answer =
                    client.send(RawRequest.post("/again-raw").body(content)).readResponse();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(bench.upstream.requestCount()).isEqualTo(status == 200 ? 3 : 2);
            bench.upstream.requests().stream()
                    .skip(1)
                    .forEach(sent -> assertThat(sent.bodySha256()).isEqualTo(content.sha256()));
        }
    }

    @Test
    void contentThatIsStillComingIsSentAgainFromItsBeginningAndGoesOn() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[1]"), Fault.RESET_AFTER_HEAD, Answer.json("[2]"));
            client.send(RawRequest.get("/again-raw")).readResponse();
            client.send(RawRequest.post("/again-raw")
                    .header("Transfer-Encoding", "chunked")
                    .content(Bytes.ofUtf8("4\r\none,\r\n")));
            bench.upstream.awaitOpenConnections(1, SOON);
            soon().until(() -> bench.upstream.openedConnections() == 2);
            client.send("3\r\ntwo\r\n0\r\n\r\n");

            assertThat(client.readResponse().text()).isEqualTo("[2]");
            assertThat(bench.upstream.requests().get(1).bodyText()).isEqualTo("one,two");
        }
    }

    @Test
    void contentThatPassesIsNotKeptOnANewConnectionNorOnceThereIsAnAnswer() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream first = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
            ScriptedStream second = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
            bench.upstream.otherwise(Fault.SILENCE, Answer.json("[1]"), first, second);
            try (RawClient waiting = bench.connect()) {
                waiting.send(RawRequest.post("/again-raw").body("x".repeat(10_000)));
                bench.upstream.awaitRequest(SOON);
                await().atMost(SOON).until(() -> bench.buffered() == 0);
            }
            client.send(RawRequest.get("/again-raw")).readResponse();
            client.send(RawRequest.post("/again-raw").body("x".repeat(10_000))).readHead();

            await().atMost(SOON).until(() -> bench.buffered() == 0);
            first.end();
            assertThat(client.readRest().complete()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_AFTER_REQUEST", "CLOSE_WITHOUT_ANSWER"})
    void elsewhereNothingIsSentTwice(Fault fault) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[1]"), fault, Answer.json("[2]"));
            client.send(post("/api/inference")).readResponse();

            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(502);
            assertThat(bench.upstream.requestCount()).isEqualTo(2);
        }
    }

    /** A call on the same event loop, by which it has seen what happened on its other connections before. */
    private static void letTheLoopTurn(RawClient client) throws IOException {
        assertThat(client.send(RawRequest.get("/livez")).readResponse().status())
                .isEqualTo(200);
    }
}
