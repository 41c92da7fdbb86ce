package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RawClientTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final RawClient client;

    RawClientTest() throws Exception {
        client = RawClient.connect(upstream.uri());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        upstream.close();
    }

    @Test
    void buildsRequestsWithoutCheckingThem() {
        RawRequest request = RawRequest.post("/x y")
                .header("Host", "h")
                .header("Content-Length", "9")
                .body("ok");

        assertThat(request.bytes().latin1())
                .isEqualTo("POST /x y HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nContent-Length: 2\r\n\r\nok");
    }

    @Test
    void readsAnswersThatWerePipelined() throws Exception {
        upstream.on("/a", Answer.text("a")).on("/b", Answer.text("b"));

        client.send(RawRequest.get("/a").bytes().plus(RawRequest.get("/b").bytes()));

        assertThat(client.readResponse().text()).isEqualTo("a");
        assertThat(client.readResponse().text()).isEqualTo("b");
    }

    @Test
    void sendsAByteWheneverTold() throws Exception {
        SlowSend slow = client.sendSlowly(RawRequest.post("/x").body("abc").bytes());
        slow.through("\r\n\r\n").next(1).next(1);
        assertThat(upstream.awaitHead(SOON).method()).isEqualTo("POST");
        assertThat(slow.remaining()).isEqualTo(1);
        assertThat(upstream.requests()).isEmpty();

        slow.rest();

        assertThat(upstream.awaitRequest(SOON).bodyText()).isEqualTo("abc");
    }

    @Test
    void stillReadsAfterAHalfClose() throws Exception {
        client.send(RawRequest.get("/x")).halfClose();

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.CLOSED);
    }

    @Test
    void givesUpAfterItsTimeout() throws Exception {
        client.withTimeout(Duration.ofMillis(10));

        assertThatThrownBy(client::readResponse).isInstanceOf(SocketTimeoutException.class);
        assertThat(client.isClosedByPeer(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void saysThatThereWasNoAnswer() throws Exception {
        client.halfClose();

        assertThatThrownBy(client::readResponse)
                .isInstanceOf(EOFException.class)
                .hasMessage("connection ended before an answer");
    }

    @Test
    void readsABodyLineByLineAcrossChunks() throws Exception {
        upstream.on("/x", Answer.of(200).withChunks("on", "e\r\ntw", "o\nthree"));

        client.send(RawRequest.get("/x")).readHead();

        assertThat(client.readLine()).contains("one");
        assertThat(client.readLine()).contains("two");
        assertThat(client.readLine()).contains("three");
        assertThat(client.readLine()).isEmpty();
    }

    @Test
    void wantsAHeadBeforeABody() {
        assertThatThrownBy(() -> client.readLine())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("body: none (expected: readHead() before)");
    }
}
