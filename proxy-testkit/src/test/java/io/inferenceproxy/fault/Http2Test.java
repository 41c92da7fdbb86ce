package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.AT_ONCE;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Http2Client.CANCEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.observe.CallReport;
import io.inferenceproxy.server.Http2Options;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/2 towards clients: the same calls, the same answers, on streams.
 *
 * <p>Over 300 lines because what holds of HTTP/1.1 is shown of streams once more.
 */
class Http2Test {

    private static final String[] LATE = {
        ":method",
        "POST",
        ":scheme",
        "http",
        ":authority",
        "a",
        ":path",
        "/api/inference/late",
        "content-type",
        "application/json"
    };

    @TempDir
    private Path directory;

    private static Bench bench(UnaryOperator<ServerOptions> change) {
        return Bench.start(prior(change));
    }

    private static UnaryOperator<ProxyServerBuilder> prior(UnaryOperator<ServerOptions> change) {
        return builder -> builder.listen(server -> change.apply(server.withHttp2(Http2Options.DEFAULT.withH2c(true))));
    }

    private static Bench bench() {
        return bench(server -> server);
    }

    private static Http2Client client(Bench bench) throws IOException {
        return Http2Client.connect(bench.proxy.uri().getPort());
    }

    @Test
    void isAgreedOnOverTlsAndManyCallsShareAConnection() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(
                server -> server.withTls(Certificates.options(directory, Certificates.server("localhost")))))) {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(Certificates.trusting()).build();
            URI uri = URI.create("https://localhost:" + bench.proxy.uri().getPort() + "/api/inference");
            HttpRequest call = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"a\":1}"))
                    .build();
            client.send(call, BodyHandlers.ofString());
            List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 50)
                    .mapToObj(number -> client.sendAsync(call, BodyHandlers.ofString()))
                    .toList();

            for (CompletableFuture<HttpResponse<String>> coming : answers) {
                HttpResponse<String> answer = coming.get(10, TimeUnit.SECONDS);
                assertThat(answer.version()).isEqualTo(Version.HTTP_2);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("date")).isPresent();
                assertThat(answer.body())
                        .contains("[\"Via\",\"2 inference-proxy\"]", "[\"X-Forwarded-Proto\",\"https\"]")
                        .contains("[\"X-Forwarded-Host\",\"localhost:" + uri.getPort() + "\"]");
            }
            assertThat(bench.proxy.connections()).isEqualTo(1);
            CallReport report = bench.awaitReport();
            assertThat(report.version()).isEqualTo("2");
            assertThat(report.secure()).isTrue();
        }
    }

    @Test
    void canBeSwitchedOff() throws Exception {
        try (Bench bench = Bench.start(builder ->
                        builder.listen(server -> server.withHttp2(Http2Options.DEFAULT.withEnabled(false))
                                .withTls(Certificates.options(directory, Certificates.server("localhost")))));
                var socket = Certificates.connect(
                        Certificates.trusting(), bench.proxy.uri().getPort(), "localhost", "h2", "http/1.1")) {
            socket.startHandshake();

            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void withoutTlsItIsSpokenOnlyWhereThatIsSwitchedOn() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

            assertThat(client.readResponse().status()).isEqualTo(505);
        }
    }

    @Test
    void withPriorKnowledgeBothVersionsAreServedOnOnePort() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench);
                RawClient old = bench.connect()) {
            for (int i = 0; i < 3; i++) {
                Http2Client.Answer answer = client.call("/api/inference", "{\"number\":" + i + "}");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("content-length"))
                        .hasValue(String.valueOf(answer.text().length()));
                assertThat(answer.header("x-request-id")).isPresent();
                assertThat(answer.header("connection")).isEmpty();
                assertThat(answer.text())
                        .contains(Bytes.ofUtf8("{\"number\":" + i + "}").base64());
            }
            old.send("POST /api/inf"); // in pieces, so that its beginning is looked at more than once
            assertThat(old.send(
                                    "erence HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                            .readResponse()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusalsAreProblemsAndEndTheStreamAlone() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            Http2Client.Answer unknown = client.call("/nowhere", "{}");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.header("content-type")).hasValue("application/problem+json");
            assertThat(client.call("/api/../inference", "{}").status()).isEqualTo(400);
            assertThat(client.call("/api/inference;a", "{}").status()).isEqualTo(400);
            assertThat(client.call("/api/inference", "{").status()).isEqualTo(400);

            int connect = client.open(true, ":method", "CONNECT", ":authority", "evil.example:443");
            assertThat(client.await(connect).status()).isEqualTo(501);
            int expecting = client.post("/api/inference", false, "expect", "wonders");
            assertThat(client.await(expecting).status()).isEqualTo(417);
            int hostless = client.open(true, ":method", "GET", ":scheme", "http", ":path", "/livez");
            assertThat(client.await(hostless).status()).isEqualTo(400);
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
            assertThat(bench.upstream.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefusedWithAProblem() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            int large = client.post("/api/inference", true, "x-large", "x".repeat(16_200));
            Http2Client.Answer answer = client.await(large);
            assertThat(answer.status()).isEqualTo(431);
            assertThat(answer.text()).contains("\"code\":\"headers-too-large\"");

            String[] many = new String[402];
            for (int i = 0; i < many.length; i += 2) {
                many[i] = "x-" + i;
                many[i + 1] = "y";
            }
            assertThat(client.await(client.post("/api/inference", true, many)).status())
                    .isEqualTo(431);
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void headsWithoutBodiesAndEmptyAnswers() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            bench.upstream
                    .on("/raw/none", Answer.of(204))
                    .on("/raw/empty", Answer.of(200).withBody(""));
            for (String method : List.of("GET", "HEAD")) {
                int stream =
                        client.open(true, ":method", method, ":scheme", "http", ":authority", "a", ":path", "/livez");
                Http2Client.Answer answer = client.await(stream);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("content-length")).isPresent();
                assertThat(answer.text().isEmpty()).isEqualTo(method.equals("HEAD"));
            }
            assertThat(client.call("/raw/none", "x").status()).isEqualTo(204);
            assertThat(client.call("/raw/empty", "x").header("content-length")).hasValue("0");
        }
    }

    @Test
    void aClientThatWaitsIsToldToContinue() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            int stream = client.post("/api/inference", false, "expect", "100-continue", "content-length", "2");
            while (client.answer(stream).interim().isEmpty()) {
                client.takeOne();
            }
            client.data(stream, "{}", true);

            assertThat(client.answer(stream).interim()).hasValue(100);
            assertThat(client.await(stream).status()).isEqualTo(200);
        }
    }

    @Test
    void largeContentPassesBothWaysThroughTheWindows() throws Exception {
        try (Bench bench = bench()) {
            String large = "0123456789abcdef".repeat(1 << 18);
            bench.upstream.on("/raw/large", Answer.of(200).withBody(large));
            HttpClient client = HttpClient.newHttpClient(); // knows no HTTP/2 without TLS but by upgrade
            try (Http2Client frames = client(bench)) {
                int stream = frames.open(
                        true, ":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/raw/large");
                assertThat(frames.await(stream).text()).isEqualTo(large);
            }
            HttpResponse<String> upgraded = client.send(
                    HttpRequest.newBuilder(bench.proxy.uri().resolve("/raw/large"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(upgraded.version()).isEqualTo(Version.HTTP_1_1);
            assertThat(upgraded.body()).hasSize(large.length());
        }
    }

    @Test
    void largeUploadsFlow() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(
                server -> server.withTls(Certificates.options(directory, Certificates.server("localhost")))))) {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(Certificates.trusting()).build();
            URI uri = URI.create("https://localhost:" + bench.proxy.uri().getPort() + "/raw/up");
            byte[] large = new byte[5 << 20];
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri)
                            .POST(BodyPublishers.ofByteArray(large))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(bench.awaitReport().requestBytes()).isEqualTo(large.length);
        }
    }

    @Test
    void eventsPassAsTheyCome() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            ScriptedStream events = ScriptedStream.sse();
            bench.upstream.otherwise(events);
            int stream = client.post("/api/inference", false);
            client.data(stream, "{}", true);
            for (int i = 0; i < 3; i++) {
                events.send("data: " + i + "\n\n");
                client.awaitText(stream, "data: " + i + "\n\n");
            }
            events.end();

            assertThat(client.await(stream).isWhole()).isTrue();
        }
    }

    @Test
    void aStreamThatTheUpstreamBreaksOffIsNotTakenForWhole() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            ScriptedStream half = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
            bench.upstream.otherwise(half);
            int stream = client.post("/api/inference", false);
            client.data(stream, "{}", true);
            half.send("half");
            client.awaitText(stream, "half");
            half.die();

            assertThat(client.await(stream).reset()).isPresent();
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.BROKEN_OFF);
            bench.upstream.otherwise(Answer.of(200));
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void aStreamThatIsResetCancelsTheCallAlone() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            bench.upstream.on("/api/inference/silent", Fault.SILENCE);
            int stream = client.post("/api/inference/silent", false);
            client.data(stream, "{}", true);
            bench.upstream.awaitRequest(SOON);
            client.reset(stream, CANCEL);

            bench.upstream.awaitAborted(AT_ONCE);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeavesCancelsAllItsCalls() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            bench.upstream.otherwise(Fault.SILENCE);
            for (int i = 0; i < 3; i++) {
                client.data(client.post("/api/inference", false), "{}", true);
            }
            bench.upstream.awaitRequests(3, SOON);
            client.resetConnection();

            bench.upstream.awaitNoOpenConnections(AT_ONCE);
            for (int i = 0; i < 3; i++) {
                assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
            }
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodySendsNoPart() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            int stream = client.post("/raw", false, "content-length", "100");
            client.data(stream, "half", false);
            bench.upstream.awaitHead(SOON);
            client.reset(stream, CANCEL);

            bench.upstream.awaitNoOpenConnections(AT_ONCE);
            assertThat(bench.upstream.requestCount()).isZero();
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
        }
    }

    @Test
    void aClientThatDoesNotTakeItsAnswerHoldsBackTheUpstreamAndIsGivenUp() throws Exception {
        try (Bench bench = bench(server -> server.withWriteTimeout(Duration.ofMillis(500)));
                Http2Client client = client(bench).stingy()) {
            ScriptedStream events = ScriptedStream.sse();
            bench.upstream.otherwise(events);
            Bytes event = Bytes.ofUtf8("data: " + "x".repeat(1 << 20) + "\n\n");
            for (int i = 0; i < 32; i++) {
                events.send(event);
            }
            int stream = client.post("/api/inference", false);
            client.data(stream, "{}", true);

            assertThat(client.await(stream).reset()).hasValue(CANCEL);
            events.awaitAborted(SOON);
            assertThat(events.bytesWritten()).isLessThan(16 << 20);
        }
    }

    @Test
    void aBodyThatStallsIsNotWaitedForLong() throws Exception {
        try (Bench bench = bench(server -> server.withBodyTimeout(Bench.SHORT));
                Http2Client client = client(bench)) {
            int stream = client.post("/api/inference", false);
            client.data(stream, "{", false);

            Http2Client.Answer answer = client.await(stream);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).contains("\"code\":\"request-timeout\"");
        }
    }

    @Test
    void aRefusalBeforeTheContentCameCanBeReadAndTheRestIsNotWaitedFor() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            int stream = client.open(
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":authority",
                    "a",
                    ":path",
                    "/api/inference",
                    "content-type",
                    "text/plain");
            client.data(stream, "some", false);
            assertThat(client.await(stream).status()).isEqualTo(415);
            while (client.answer(stream).reset().isEmpty()) {
                client.takeOne();
            }

            assertThat(client.answer(stream).reset()).hasValue(0);
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void anIdleConnectionIsClosedInOrder() throws Exception {
        try (Bench bench = bench(server -> server.withKeepAliveTimeout(Bench.SHORT));
                Http2Client client = client(bench)) {
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);

            assertThat(client.awaitGoAway()).isZero();
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws Exception {
        try (Bench bench = bench(server -> server.withHeadTimeout(Bench.SHORT));
                Http2Client client = client(bench);
                RawClient silent = bench.connect()) {
            assertThat(client.isClosed()).isTrue();
            assertThat(silent.isClosedByPeer(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 30, 1_000})
    void theHeadOfALaterStreamIsNotWaitedForLongEither(int sent) throws Exception {
        try (Bench bench = bench(server -> server.withHeadTimeout(Bench.SHORT));
                Http2Client client = client(bench)) {
            bench.upstream.on("/api/inference/silent", Fault.SILENCE);
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
            int other = client.post("/api/inference/silent", false);
            client.data(other, "{}", true); // so that the connection is not idle
            byte[] head = Http2Client.frame(
                    Http2Client.HEADERS, 0, other + 2, Http2Client.block(":method", "GET", ":scheme", "http"));
            client.send(Arrays.copyOf(head, Math.min(sent, head.length)));

            assertThat(client.awaitGoAway()).isZero();
            assertThat(client.isClosed()).isTrue();
            bench.upstream.awaitAborted(Bench.AT_ONCE);
        }
    }

    @Test
    void aHeadThatComesInPartsInItsTimeIsServedAndNobodyWaitsForItAnyMore() throws Exception {
        try (Bench bench = bench(server -> server.withHeadTimeout(Duration.ofMillis(500)));
                Http2Client client = client(bench)) {
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
            byte[] first = Http2Client.frame(
                    Http2Client.HEADERS,
                    Http2Client.END_STREAM,
                    3,
                    Http2Client.block(":method", "GET", ":scheme", "http", ":authority", "a"));
            client.send(Arrays.copyOf(first, 20));
            client.send(Arrays.copyOfRange(first, 20, first.length));
            client.send(Http2Client.CONTINUATION, Http2Client.END_HEADERS, 3, Http2Client.block(":path", "/livez"));
            assertThat(client.await(3).status()).isEqualTo(200);
            ScriptedStream late = ScriptedStream.sse();
            bench.upstream.on("/api/inference/late", late);
            client.send(Http2Client.HEADERS, Http2Client.END_HEADERS, 5, Http2Client.block(LATE));
            client.data(5, "{}", true);
            await().during(Duration.ofMillis(700)).atMost(SOON).until(() -> bench.active() == 1);
            late.end();

            assertThat(client.await(5).isWhole()).isTrue();
        }
    }

    @Test
    void aShutdownSaysGoodbyeAndServesWhatIsUnderWay() throws Exception {
        try (Bench bench = bench(server -> server.withDrainDelay(Bench.SHORT).withDrainTimeout(SOON));
                Http2Client client = client(bench);
                Http2Client idle = client(bench)) {
            ScriptedStream late = ScriptedStream.sse();
            bench.upstream.on("/api/inference/late", late);
            assertThat(idle.call("/api/inference", "{}").status()).isEqualTo(200);
            int stream = client.post("/api/inference/late", false);
            client.data(stream, "{}", true);
            bench.upstream.awaitRequests(2, SOON);
            CompletableFuture<Void> stopped = bench.proxy.shutDown().toCompletableFuture();
            assertThat(client.awaitGoAway()).isZero();
            assertThat(client.lastStream()).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
            assertThat(idle.isClosed()).isTrue();
            late.send("data: here\n\n");
            late.end();

            assertThat(client.await(stream).isWhole()).isTrue();
            assertThat(client.isClosed()).isTrue();
            assertThat(stopped).succeedsWithin(SOON);
        }
    }

    @Test
    void whatIsNotDoneInTimeEndsInOrder() throws Exception {
        try (Bench bench = bench(server -> server.withDrainDelay(Duration.ZERO).withDrainTimeout(Bench.SHORT));
                Http2Client client = client(bench)) {
            ScriptedStream events = ScriptedStream.sse();
            bench.upstream.on("/api/inference/events", events).on("/api/inference/silent", Fault.SILENCE);
            events.send("data: half");
            int told = client.post("/api/inference/events", false);
            client.data(told, "{}", true);
            client.awaitText(told, "half");
            int unanswered = client.post("/api/inference/silent", false);
            client.data(unanswered, "{}", true);
            bench.upstream.awaitRequests(2, SOON);
            bench.proxy.shutDown();

            assertThat(client.await(unanswered).status()).isEqualTo(503);
            assertThat(client.await(told).isWhole()).isTrue();
            assertThat(client.answer(told).text()).contains("event: error", "\"code\":\"draining\"");
            await().atMost(SOON)
                    .until(() -> bench.proxy.stopped().toCompletableFuture().isDone());
        }
    }

    @Test
    void overTlsFramesAreTheSame() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.listen(
                        server -> server.withTls(Certificates.options(directory, Certificates.server("localhost")))));
                Socket socket = Certificates.connect(
                        Certificates.trusting(), bench.proxy.uri().getPort(), "localhost", "h2");
                Http2Client client = Http2Client.over(socket)) {
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }
}
