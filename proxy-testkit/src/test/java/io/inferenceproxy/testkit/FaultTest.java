package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_AFTER_HEAD", "RESET_AFTER_REQUEST"})
    void resets(Fault fault) throws Exception {
        try (RawClient client = play(fault)) {
            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
        }
    }

    @Test
    void resetsBeforeTheBodyIsSent() throws Exception {
        upstream.on("/x", Fault.RESET_AFTER_HEAD);
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.post("/x").header("Content-Length", "5"));

            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
        }
        upstream.awaitNoOpenConnections(SOON);
        assertThat(upstream.incompleteRequests()).hasSize(1);
        assertThat(upstream.aborts()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSE_WITHOUT_ANSWER", "HALF_CLOSE_WITHOUT_ANSWER"})
    void closesWithoutAnswer(Fault fault) throws Exception {
        try (RawClient client = play(fault)) {
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void staysSilent() throws Exception {
        try (RawClient client = play(Fault.SILENCE).withTimeout(Duration.ofMillis(20))) {
            assertThatThrownBy(client::readResponse).isInstanceOf(SocketTimeoutException.class);
        }
        upstream.awaitAborted(SOON);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "GARBAGE",
                "BAD_STATUS_LINE",
                "CARRIAGE_RETURN_IN_HEADER",
                "NUL_IN_HEADER",
                "FOLDED_HEADER",
                "TWO_CONTENT_LENGTHS",
                "LENGTH_AND_CHUNKED",
                "UNKNOWN_TRANSFER_CODING",
                "BAD_CHUNK"
            })
    void breaksTheProtocol(Fault fault) throws Exception {
        try (RawClient client = play(fault)) {
            assertThatThrownBy(client::readResponse).isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT_BODY", "CUT_CHUNKED_BODY"})
    void cutsTheBody(Fault fault) throws Exception {
        try (RawClient client = play(fault)) {
            RawResponse response = client.readResponse();

            assertThat(response.truncated()).isTrue();
            assertThat(response.text()).isEqualTo("ok");
        }
    }

    @Test
    void resetsInTheBody() throws Exception {
        try (RawClient client = play(Fault.RESET_IN_BODY)) {
            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
        }
    }

    @Test
    void cutsTheHead() throws Exception {
        try (RawClient client = play(Fault.CUT_HEAD)) {
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void sendsAHugeHead() throws Exception {
        try (RawClient client = play(Fault.HUGE_HEAD)) {
            assertThat(client.readResponse().raw().length()).isGreaterThan(1 << 20);
        }
    }

    @Test
    void sendsSurplusBytes() throws Exception {
        try (RawClient client = play(Fault.SURPLUS_BYTES)) {
            assertThat(client.readResponse().text()).isEqualTo("ok");
            assertThat(client.readResponse().text()).isEqualTo("evil");
        }
    }

    @Test
    void switchesProtocols() throws Exception {
        try (RawClient client = play(Fault.SWITCHING_PROTOCOLS)) {
            assertThat(client.readResponse().status()).isEqualTo(101);
        }
    }

    @Test
    void sendsABodyAfterNoContent() throws Exception {
        try (RawClient client = play(Fault.BODY_AFTER_204)) {
            assertThat(client.readResponse().status()).isEqualTo(204);
            client.halfClose();
            assertThat(client.readUntilClosed(SOON).latin1()).isEqualTo("evil");
        }
    }

    @Test
    void writesRawBytesVerbatim() throws Exception {
        upstream.on("/x", Raw.of("what\0ever").withEnding(Ending.CLOSE));
        try (RawClient client = RawClient.connect(upstream.port())) {
            assertThat(client.send(RawRequest.get("/x")).readUntilClosed(SOON).latin1())
                    .isEqualTo("what\0ever");
        }
    }

    @Test
    void looksLikeAFaultToAnOrdinaryClient() {
        upstream.on("/x", Fault.CUT_BODY);
        HttpRequest request = HttpRequest.newBuilder(upstream.uri("/x")).build();

        assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    private RawClient play(Fault fault) throws Exception {
        upstream.on("/x", fault);
        return RawClient.connect(upstream.port()).send(RawRequest.post("/x").json("{}"));
    }
}
