package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void isWrittenWithNothingAdded() throws Exception {
        RawResponse response = call(Answer.of(422).withHeader("X-One", "1").withBody("no"));

        assertThat(response.raw().latin1())
                .isEqualTo("HTTP/1.1 422 Unprocessable Content\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nno");
        assertThat(response.text()).isEqualTo("no");
        assertThat(response.complete()).isTrue();
    }

    @Test
    void isWrittenInItsChunks() throws Exception {
        RawResponse response = call(Answer.of(200).withChunks("ab", "cde").withTrailer("X-Sum", "5"));

        assertThat(response.raw().latin1()).endsWith("\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\nX-Sum: 5\r\n\r\n");
        assertThat(response.chunked()).isTrue();
        assertThat(response.trailers().first("x-sum")).contains("5");
    }

    @Test
    void pausesBetweenItsParts() throws Exception {
        Answer slow = Answer.of(200).withChunks("a", "b").withChunkDelay(Duration.ofMillis(2));

        assertThat(call(slow).text()).isEqualTo("ab");
    }

    @Test
    void endsWithTheConnection() throws Exception {
        RawResponse response = call(Answer.text("all").withFraming(BodyFraming.UNTIL_CLOSE));

        assertThat(response.text()).isEqualTo("all");
        assertThat(response.headers().contains("Content-Length")).isFalse();
        assertThat(response.complete()).isTrue();
    }

    @Test
    void comesAfterInterimAnswers() throws Exception {
        RawResponse response = call(Answer.text("ok")
                .withInterim(100)
                .withInterim(103, new HeaderField("Link", "</a>"))
                .withInterim(103));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.interim()).extracting(RawResponse::status).containsExactly(100, 103, 103);
        assertThat(response.interim().get(1).header("link")).contains("</a>");
    }

    @Test
    void hasNoBodyForHead() throws Exception {
        upstream.on("/x", Answer.text("body"));

        try (RawClient client = RawClient.connect(upstream.port())) {
            RawResponse first = client.send(RawRequest.of("HEAD", "/x")).readResponseToHead();
            RawResponse second = client.send(RawRequest.get("/x")).readResponse();

            assertThat(first.header("content-length")).contains("4");
            assertThat(second.text()).isEqualTo("body");
        }
    }

    @Test
    void announcesTheClose() throws Exception {
        upstream.on("/x", Answer.text("bye").withConnectionClose());

        try (RawClient client = RawClient.connect(upstream.port())) {
            assertThat(client.send(RawRequest.get("/x")).readResponse().header("Connection"))
                    .contains("close");
            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.CLOSED);
        }
    }

    @Test
    void closesWhenTheRequestAsksForIt() throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.get("/x").header("Connection", "x, Close")).readResponse();

            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.CLOSED);
        }
    }

    @Test
    void comesBeforeTheBodyWasSent() throws Exception {
        upstream.on("/x", Answer.of(413).withTiming(Answer.Timing.AFTER_HEAD), Answer.of(200));

        try (RawClient client = RawClient.connect(upstream.port())) {
            SlowSend slow = client.sendSlowly(RawRequest.post("/x").body("late").bytes())
                    .through("\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(413);
            assertThat(upstream.awaitHead(SOON).complete()).isFalse();
            slow.rest();
            assertThat(upstream.awaitRequest(SOON).bodyText()).isEqualTo("late");
            assertThat(client.send(RawRequest.get("/x")).readResponse().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void leavesTheOtherDirectionOpenAfterAHalfClose() throws Exception {
        upstream.on("/x", Answer.text("half").withEnding(Ending.HALF_CLOSE));

        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.get("/x")).readResponse();

            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.CLOSED);
            assertThat(upstream.openConnections()).isEqualTo(1);
        }
        upstream.awaitNoOpenConnections(SOON);
        assertThat(upstream.aborts()).isEmpty();
    }

    @Test
    void isAskedForWithAnExpectation() throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            SlowSend slow = client.sendSlowly(RawRequest.post("/x")
                            .header("Expect", "100-continue")
                            .body("b")
                            .bytes())
                    .through("\r\n\r\n");
            assertThat(client.readInterim().status()).isEqualTo(100);
            slow.rest();

            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    private RawResponse call(Reply reply) throws Exception {
        upstream.on("/x", reply);
        try (RawClient client = RawClient.connect(upstream.port())) {
            return client.send(RawRequest.get("/x")).readResponse();
        }
    }
}
