package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptedStreamTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final ScriptedStream stream = ScriptedStream.sse();

    @BeforeEach
    void script() {
        upstream.on("/s", stream);
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void speaksWhenTheTestDoes() throws Exception {
        try (RawClient client = open()) {
            stream.send("data: one\n\n");
            assertThat(client.readEvent()).contains(new Sse.Event("message", "one", ""));
            stream.send("event: x\nda");
            assertThat(client.readLine()).contains("event: x");
            stream.send("ta: two\n\n");
            assertThat(client.readLine()).contains("data: two");
            assertThat(client.readLine()).contains("");
            stream.end();

            assertThat(client.readLine()).isEmpty();
            assertThat(client.readRest().complete()).isTrue();
            assertThat(client.send(RawRequest.get("/other")).readResponse().status())
                    .isEqualTo(200);
        }
        assertThat(upstream.aborts()).isEmpty();
    }

    @Test
    void deliversEachSendAsOneChunk() throws Exception {
        stream.send("data: a\n\n");
        stream.send("data: b\n\n");
        stream.end();

        try (RawClient client = open()) {
            assertThat(client.readChunk().map(Bytes::utf8)).contains("data: a\n\n");
            RawResponse response = client.readRest();

            assertThat(response.events().data()).containsExactly("a", "b");
            assertThat(response.header("content-type")).contains("text/event-stream");
        }
    }

    @Test
    void dies() throws Exception {
        try (RawClient client = open()) {
            stream.send("data: a\n\n");
            client.readChunk();
            stream.die();

            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
        }
    }

    @Test
    void closesBetweenChunks() throws Exception {
        try (RawClient client = open()) {
            stream.send("data: a\n\n");
            stream.close();

            assertThat(client.readRest().truncated()).isTrue();
        }
    }

    @Test
    void isCutWithinAChunk() throws Exception {
        try (RawClient client = open()) {
            stream.cutMidChunk("data: hal");
            RawResponse response = client.readRest();

            assertThat(response.truncated()).isTrue();
            assertThat(response.text()).isEqualTo("data: hal");
        }
    }

    @Test
    void breaksOffForWhoeverReadsIt() throws Exception {
        try (RawClient client = open()) {
            stream.close();

            assertThatThrownBy(client::readLine).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void tellsThatThePeerLeftWhileItWasSilent() throws Exception {
        try (RawClient client = open()) {
            stream.send("data: a\n\n");
            client.readEvent();
        }

        stream.awaitAborted(SOON);
        assertThat(upstream.awaitAborted(SOON).request().target()).isEqualTo("/s");
        upstream.awaitNoOpenConnections(SOON);
    }

    @Test
    void feelsAPeerThatDoesNotRead() throws Exception {
        Bytes large = Bytes.of(new byte[1 << 20]);
        try (RawClient client = open()) {
            for (int i = 0; i < 64; i++) {
                stream.send(large);
            }
            stream.end();
            assertThatThrownBy(() -> stream.awaitWritten(Duration.ofMillis(50))).isInstanceOf(AssertionError.class);

            assertThat(client.readRest().body().length()).isEqualTo(64 << 20);
            stream.awaitWritten(SOON);
            assertThat(stream.bytesWritten()).isGreaterThan(64 << 20);
        }
    }

    @Test
    void goesOnUntilTheCloseWithoutChunks() throws Exception {
        ScriptedStream plain = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.UNTIL_CLOSE));
        upstream.on("/plain", plain);
        plain.send("abc");
        plain.end();

        try (RawClient client = RawClient.connect(upstream.port())) {
            assertThat(client.send(RawRequest.get("/plain")).readResponse().text())
                    .isEqualTo("abc");
        }
    }

    @Test
    void answersOneRequestOnly() throws Exception {
        try (RawClient first = open();
                RawClient second = RawClient.connect(upstream.port())) {
            assertThat(first.isClosedByPeer(Duration.ofMillis(1))).isFalse();
            assertThat(second.send(RawRequest.get("/s")).readResponse().status())
                    .isEqualTo(500);
        }
    }

    private RawClient open() throws Exception {
        RawClient client =
                RawClient.connect(upstream.port()).send(RawRequest.post("/s").json("{}"));
        assertThat(client.readHead().status()).isEqualTo(200);
        stream.awaitOpened(SOON);
        return client;
    }
}
