package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SHORT;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Ending;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.HeaderField;
import io.inferenceproxy.testkit.HeldBody;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.6: whatever an upstream does, the caller gets one clear answer, and the next call is served. */
/** Each way in which an upstream fails; over 300 lines because that is how many there are. */
class UpstreamFaultTest {

    @ParameterizedTest
    @CsvSource({
        "RESET_AFTER_HEAD, upstream-unreachable, connection_terminated",
        "RESET_AFTER_REQUEST, upstream-unreachable, connection_terminated",
        "CLOSE_WITHOUT_ANSWER, upstream-unreachable, connection_terminated",
        "HALF_CLOSE_WITHOUT_ANSWER, upstream-unreachable, connection_terminated",
        "GARBAGE, upstream-protocol-error, http_protocol_error",
        "BAD_STATUS_LINE, upstream-protocol-error, http_protocol_error",
        "HUGE_HEAD, upstream-protocol-error, http_protocol_error",
        "CARRIAGE_RETURN_IN_HEADER, upstream-protocol-error, http_protocol_error",
        "NUL_IN_HEADER, upstream-protocol-error, http_protocol_error",
        "FOLDED_HEADER, upstream-protocol-error, http_protocol_error",
        "TWO_CONTENT_LENGTHS, upstream-protocol-error, http_protocol_error",
        "LENGTH_AND_CHUNKED, upstream-protocol-error, http_protocol_error",
        "UNKNOWN_TRANSFER_CODING, upstream-protocol-error, http_protocol_error",
        "SWITCHING_PROTOCOLS, upstream-protocol-error, http_protocol_error"
    })
    void anAnswerThatIsNoneIsA502(Fault fault, String code, String proxyStatus) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(fault, Answer.json("[]"));
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
            assertThat(answer.header("Proxy-Status")).contains("inference-proxy; error=" + proxyStatus);
            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .as("the same connection goes on, with nothing of what was said before")
                    .isEqualTo("[]");
        }
    }

    @Test
    void aHeadThatIsCutIsA502() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Fault.CUT_HEAD, Answer.json("[]"));

            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(502);
            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .isEqualTo("[]");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_CHUNK", "CUT_BODY", "CUT_CHUNKED_BODY", "RESET_IN_BODY"})
    void aBodyThatBreaksOffIsSeenToBeIncomplete(Fault fault) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(fault);
            client.send(post("/api/inference"));
            boolean whole;
            try {
                RawResponse answer = client.readResponse();
                whole = answer.complete() && answer.status() == 200;
            } catch (IOException cutEarly) {
                whole = false;
            }

            assertThat(whole).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SURPLUS_BYTES", "BODY_AFTER_204"})
    void bytesThatNobodyAskedForReachNobody(Fault fault) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(fault, Answer.json("[]"));

            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isLessThan(300);
            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .isEqualTo("[]");
        }
    }

    @Test
    void nobodyListens() throws Exception {
        int port = freePort();
        try (Bench bench = Bench.start(
                        builder -> builder.upstream(upstream -> upstream.withUrls(List.of(local("http", port)))));
                RawClient client = bench.connect()) {
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.header("Proxy-Status")).contains("inference-proxy; error=connection_refused");
            assertThat(client.send(RawRequest.get("/readyz")).readResponse().status())
                    .isEqualTo(503);
        }
    }

    @Test
    void aConnectionThatIsResetBeforeItIsReadIsA502AndNotTriedAgain() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.resetNextConnections(1);

            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(502);
            assertThat(bench.upstream.requestCount()).isZero();
            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aDeadAddressIsPassedOver() throws Exception {
        int dead = freePort();
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withUrls(
                        List.of(local("http", dead), upstream.urls().get(0)))));
                RawClient client = bench.connect()) {
            for (int i = 0; i < 6; i++) {
                RawResponse answer = client.send(RawRequest.post("/raw").chunks("a body", " in parts"))
                        .readResponse();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).contains("\"bodyLength\":15");
            }
        }
    }

    @Test
    void anUpstreamThatNeverAnswersIsA504() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.upstream(up -> up.withFirstByteTimeout(SHORT)));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Fault.SILENCE, Answer.json("[]"));
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).contains("\"code\":\"upstream-timeout\"");
            assertThat(answer.header("Proxy-Status")).contains("inference-proxy; error=http_response_timeout");
            bench.upstream.awaitAborted(SOON);
            assertThat(client.send(post("/api/inference")).readResponse().text())
                    .isEqualTo("[]");
        }
    }

    @Test
    void anUpstreamThatNeverAcceptsIsA504() throws Exception {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Bench bench = Bench.start(builder -> builder.upstream(upstream ->
                        upstream.withConnectTimeout(SHORT).withUrls(List.of(local("http", deaf.getLocalPort())))));
                RawClient client = bench.connect()) {
            fillQueue(deaf, fillers);
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.header("Proxy-Status")).contains("inference-proxy; error=connection_timeout");
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyThatStallsIsCut(boolean chunked) throws Exception {
        Answer head = Answer.of(200).withHeader("Content-Type", "application/json");
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withStallTimeout(SHORT)));
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.of(
                    chunked
                            ? head.withFraming(BodyFraming.CHUNKED)
                            : head.withHeader("Content-Length", "100").withFraming(BodyFraming.NONE));
            bench.upstream.otherwise(stream);
            stream.send("{\"half\":");
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.truncated()).isTrue();
            assertThat(answer.text()).isEqualTo("{\"half\":");
            stream.awaitAborted(SOON);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.BROKEN_OFF);
        }
    }

    @Test
    void interimAnswersEndHere() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("[]")
                    .withInterim(100)
                    .withInterim(102)
                    .withInterim(103, new HeaderField("Link", "</x>; rel=preload")));
            for (int i = 0; i < 3; i++) {
                RawResponse answer = client.send(post("/api/inference")).readResponse();
                assertThat(answer.text()).isEqualTo("[]");
                assertThat(answer.interim()).isEmpty();
            }

            assertThat(bench.upstream.openedConnections()).isEqualTo(1);
        }
    }

    @Test
    void interimAnswersWithoutEndAreA502() throws Exception {
        Answer endless = Answer.json("[]");
        for (int i = 0; i < 50; i++) {
            endless = endless.withInterim(100);
        }
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(endless);

            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(502);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KEEP_ALIVE", "CLOSE", "RESET"})
    void anAnswerThatComesBeforeTheBodyIsReadReachesTheClient(Ending ending) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.of(413)
                    .withHeader("X-Reason", "too much for me")
                    .withBody("no")
                    .withTiming(Answer.Timing.AFTER_HEAD)
                    .withEnding(ending == Ending.RESET ? Ending.CLOSE : ending));
            client.send(RawRequest.post("/raw")
                    .header("Content-Length", String.valueOf(8 << 20))
                    .content(Bytes.ofUtf8("x".repeat(100_000))));
            RawResponse answer = client.readResponse();

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).isEqualTo("no");
            assertThat(answer.header("X-Reason")).contains("too much for me");
            assertThat(answer.header("Connection")).contains("close");
            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void aBodyThatTheUpstreamDoesNotReadWaitsAtTheClient() throws Exception {
        int length = 48 << 20;
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            HeldBody held = HeldBody.then(Answer.json("[]"));
            bench.upstream.otherwise(held);
            Thread sender = new Thread(() -> sendQuietly(client, length), "sender");
            sender.setDaemon(true);
            sender.start();
            bench.upstream.awaitHead(SOON);
            sender.join(SHORT.toMillis());
            assertThat(sender.isAlive()).as("the sender is held back").isTrue();
            held.release();

            assertThat(client.readResponse().text()).isEqualTo("[]");
            assertThat(bench.upstream.requests().get(0).bodyLength()).isEqualTo(length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/raw", "/api/inference"})
    void anUpstreamThatStopsReadingIsA504(String path) throws Exception {
        int length = 24 << 20;
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withStallTimeout(SHORT))
                        .listen(server -> server.withMaxBuffered(DataSize.ofMegabytes(64)))
                        .validation(validation -> validation.withMaxBody(DataSize.ofMegabytes(32))));
                RawClient client = bench.connect()) {
            HeldBody held = HeldBody.then(Answer.json("[]"));
            bench.upstream.otherwise(held);
            Bytes request = RawRequest.post(path)
                    .json("\"" + "x".repeat(length - 2) + "\"")
                    .bytes();
            Thread sender = new Thread(() -> sendQuietly(client, request), "sender");
            sender.setDaemon(true);
            sender.start();

            RawResponse answer = client.readResponse();

            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).contains("\"code\":\"upstream-timeout\"");
            held.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 418, 429, 500, 502, 503, 504, 599})
    void theUpstreamsOwnRefusalsComeBackUnchanged(int status) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.of(status)
                    .withHeader("Content-Type", "text/x-own")
                    .withHeader("Retry-After", "77")
                    .withHeader("X-Own", "1")
                    .withBody("\0\1its own words\377"));
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).isEqualTo("\0\1its own words\377");
            assertThat(answer.header("Content-Type")).contains("text/x-own");
            assertThat(answer.header("Retry-After")).contains("77");
            assertThat(answer.header("Proxy-Status")).isEmpty();
            assertThat(bench.awaitReport().code()).isEmpty();
        }
    }

    private static void sendQuietly(RawClient client, Bytes request) {
        try {
            client.send(request);
        } catch (IOException cut) {
            // The assertions on the answer tell.
        }
    }

    private static void sendQuietly(RawClient client, int length) {
        Bytes piece = Bytes.ofUtf8("x".repeat(1 << 20));
        try {
            client.send(RawRequest.post("/raw").header("Content-Length", String.valueOf(length)));
            for (int sent = 0; sent < length; sent += piece.length()) {
                client.send(piece);
            }
        } catch (IOException cut) {
            // The assertions on the answer tell.
        }
    }

    /** Connects until the system takes no more into the queue of who never accepts. */
    private static void fillQueue(ServerSocket deaf, List<Socket> fillers) throws IOException {
        for (int i = 0; i < 64; i++) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(deaf.getLocalSocketAddress(), (int) SHORT.toMillis());
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IllegalStateException("the queue of a listening socket does not fill");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static URI local(String scheme, int port) {
        return URI.create(scheme + "://127.0.0.1:" + port);
    }
}
