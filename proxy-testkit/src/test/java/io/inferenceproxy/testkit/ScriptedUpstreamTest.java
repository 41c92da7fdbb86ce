package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ScriptedUpstreamTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void echoesUntilToldOtherwise() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(upstream.uri("/any?x=1"))
                                .version(HttpClient.Version.HTTP_1_1)
                                .header("X-Quote", "say \"hi\"")
                                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.body())
                .contains("\"method\":\"POST\"", "\"target\":\"/any?x=1\"", "[\"X-Quote\",\"say \\\"hi\\\"\"]")
                .contains("\"bodyLength\":5", "\"bodyBase64\":\"aGVsbG8=\"");
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void repliesInOrderAndRepeatsTheLastOne() throws Exception {
        upstream.on("/x", Answer.of(201), Answer.of(202), Answer.of(503));
        List<Integer> statuses = new ArrayList<>();

        try (RawClient client = RawClient.connect(upstream.uri())) {
            for (int i = 0; i < 4; i++) {
                statuses.add(
                        client.send(RawRequest.get("/x?n=" + i)).readResponse().status());
            }
        }

        assertThat(statuses).containsExactly(201, 202, 503, 503);
    }

    @Test
    void recordsARequestAsItCame() throws Exception {
        RawRequest request = RawRequest.of("PUT", "/p?q=1")
                .header("x-B", "2")
                .header("X-a", "1")
                .chunks("ab", "cde");

        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(request).readResponse();
        }

        ReceivedRequest received = upstream.awaitRequest(SOON);
        assertThat(received.method()).isEqualTo("PUT");
        assertThat(received.target()).isEqualTo("/p?q=1");
        assertThat(received.path()).isEqualTo("/p");
        assertThat(received.head()).isEqualTo(request.head());
        assertThat(received.headers().names()).containsExactly("Host", "x-B", "X-a", "Transfer-Encoding");
        assertThat(received.bodyText()).isEqualTo("abcde");
        assertThat(received.bodyLength()).isEqualTo(5);
        assertThat(received.bodySha256()).isEqualTo(Bytes.ofUtf8("abcde").sha256());
        assertThat(received.framing()).isEqualTo(BodyFraming.CHUNKED);
        assertThat(received.connection()).isEqualTo(1);
        assertThat(received.complete()).isTrue();
    }

    @Test
    void keepsTheBeginningOfALargeBodyAndTheDigestOfAll() throws Exception {
        Bytes large = Bytes.of(new byte[3 << 20]);
        upstream.on("/x", Answer.of(204));

        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.post("/x").body(large)).readResponse();
        }

        ReceivedRequest received = upstream.awaitRequest(SOON);
        assertThat(received.body().length()).isEqualTo(1 << 20);
        assertThat(received.bodyLength()).isEqualTo(3 << 20);
        assertThat(received.bodySha256()).isEqualTo(large.sha256());
    }

    @Test
    void countsConnections() throws Exception {
        try (RawClient one = RawClient.connect(upstream.port());
                RawClient two = RawClient.connect(upstream.port())) {
            one.send(RawRequest.get("/")).readResponse();
            one.send(RawRequest.get("/")).readResponse();
            two.send(RawRequest.get("/")).readResponse();
            upstream.awaitOpenConnections(2, SOON);
        }

        upstream.awaitNoOpenConnections(SOON);
        assertThat(upstream.openedConnections()).isEqualTo(2);
        assertThat(upstream.closedConnections()).isEqualTo(2);
        assertThat(upstream.requestCount()).isEqualTo(3);
        assertThat(upstream.requests()).extracting(ReceivedRequest::connection).containsExactly(1, 1, 2);
        assertThat(upstream.aborts()).isEmpty();
    }

    @Test
    void keepsARequestThatBrokeOffInItsBody() throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
            upstream.awaitHead(SOON);
            client.reset();
        }

        upstream.awaitNoOpenConnections(SOON);
        assertThat(upstream.requests()).isEmpty();
        assertThat(upstream.incompleteRequests()).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo("/x");
            assertThat(request.complete()).isFalse();
            assertThat(request.head().latin1()).endsWith("Content-Length: 10\r\n\r\n");
        });
        assertThat(upstream.violations()).isEmpty();
    }

    @RepeatedTest(value = 50, failureThreshold = 1)
    void tellsThatThePeerResetAnExchange() throws Exception {
        upstream.on("/x", Fault.SILENCE);

        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.get("/x"));
            upstream.awaitRequest(SOON);
            client.reset();
        }

        Abort abort = upstream.awaitAborted(SOON);
        assertThat(abort.end()).isEqualTo(PeerEnd.RESET);
        assertThat(abort.request().target()).isEqualTo("/x");
        assertThat(abort.written()).isZero();
        upstream.awaitNoOpenConnections(SOON);
    }

    @Test
    void tellsThatThePeerClosedAnExchangeDuringItsLatency() throws Exception {
        upstream.on("/x", Answer.text("late").withHeadDelay(Duration.ofHours(1)));

        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.get("/x"));
            upstream.awaitRequest(SOON);
        }

        assertThat(upstream.awaitAborted(SOON).end()).isEqualTo(PeerEnd.CLOSED);
        upstream.awaitNoOpenConnections(SOON);
    }

    @Test
    void resetsConnectionsAtTheDoor() throws Exception {
        upstream.resetNextConnections(1);

        assertThatThrownBy(this::call).isInstanceOf(IOException.class);
        assertThat(call().status()).isEqualTo(200);
    }

    @Test
    void closesIdleConnectionsOnly() throws Exception {
        upstream.on("/wait", Fault.SILENCE);

        try (RawClient idle = RawClient.connect(upstream.port());
                RawClient busy = RawClient.connect(upstream.port())) {
            idle.send(RawRequest.get("/")).readResponse();
            busy.send(RawRequest.get("/wait"));
            upstream.awaitRequests(2, SOON);
            upstream.closeIdleConnections();

            assertThat(idle.awaitPeerEnd(SOON)).contains(PeerEnd.CLOSED);
            upstream.awaitOpenConnections(1, SOON);
            assertThat(busy.isClosedByPeer(Duration.ofMillis(1))).isFalse();
        }
    }

    @Test
    void writesUnaskedOnIdleConnections() throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.get("/")).readResponse();
            upstream.writeToIdleConnections("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");

            assertThat(client.readResponse().status()).isEqualTo(408);
        }
    }

    @Test
    void answersTwoHundredAndFiftySixConnectionsAtOnce() throws Exception {
        HeldBody gate = HeldBody.then(Answer.text("ok"));
        upstream.on("/x", gate);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 256; i++) {
                clients.add(RawClient.connect(upstream.port())
                        .send(RawRequest.post("/x").body("{}")));
            }
            upstream.awaitOpenConnections(256, SOON);
            gate.release();

            for (RawClient client : clients) {
                assertThat(client.readResponse().text()).isEqualTo("ok");
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        upstream.awaitNoOpenConnections(SOON);
    }

    @Test
    void runsScriptsThatAreCode() throws Exception {
        upstream.otherwise(exchange ->
                Answer.text(exchange.request().path().toUpperCase(Locale.ROOT)).play(exchange));

        assertThat(call().text()).isEqualTo("/ANY");
    }

    @Test
    void saysWhatThereWasWhenAWaitIsInVain() {
        assertThatThrownBy(() -> upstream.awaitRequest(Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("waited PT0.001S for a request, but there is 0 complete");
    }

    @Test
    void closingItEndsWhatIsUnderWay() throws Exception {
        upstream.on("/x", Fault.SILENCE);

        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.get("/x"));
            upstream.awaitRequest(SOON);
            upstream.close();

            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
        upstream.awaitNoOpenConnections(SOON);
        assertThat(upstream.aborts()).isEmpty();
    }

    private RawResponse call() throws IOException {
        try (RawClient client = RawClient.connect(upstream.uri())) {
            return client.send(RawRequest.get("/any")).readResponse();
        }
    }
}
