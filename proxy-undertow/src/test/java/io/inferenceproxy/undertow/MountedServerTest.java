package io.inferenceproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyPipeline;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.PeerEnd;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import io.undertow.Handlers;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the mount's own: the rest is in the contract. */
class MountedServerTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Queue<CallEnd> ends = new ConcurrentLinkedQueue<>();
    private final ProxyPipeline pipeline = ProxyServer.builder(ProxyOptions.DEFAULT)
            .upstream(up -> up.withUrls(List.of(upstream.uri())))
            .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests")))
            .listen(server -> server.withBaseUrl("https://shop.example/ai").withWriteTimeout(Duration.ofMillis(300)))
            .limits()
            .route(
                    "raw",
                    RouteOptions.of(RouteMatch.parse("* /raw/**"))
                            .withAuth(RouteAccess.NONE)
                            .withBody(BodyRule.ANY))
            .route(
                    "again",
                    RouteOptions.of(RouteMatch.parse("* /again/**"))
                            .withAuth(RouteAccess.NONE)
                            .withBody(BodyRule.ANY)
                            .withRepeatable(true))
            .filterBeforeAuthentication((call, next) -> {
                call.onEnd(ends::add);
                return next.handle(call);
            })
            .openPipeline();

    @AfterEach
    void close() {
        pipeline.close();
        upstream.close();
    }

    private MountedServer start(UnaryOperator<HttpHandler> mount) {
        return MountedServer.start(pipeline, "", mount);
    }

    private static RawClient connect(MountedServer server) throws IOException {
        return RawClient.connect(server.uri());
    }

    private void awaitEnd(CallEnd end) {
        await().atMost(SOON).untilAsserted(() -> assertThat(ends).containsExactly(end));
    }

    @Test
    void servesWhatAnotherHandlerDispatchedToAWorker() throws Exception {
        upstream.on("/raw/x", Answer.text("abc"));
        try (MountedServer server = start(proxy -> exchange -> exchange.dispatch(proxy));
                RawClient client = connect(server)) {

            RawResponse answer =
                    client.send(RawRequest.post("/raw/x").body("1")).readResponse();

            assertThat(answer.text()).isEqualTo("abc");
            awaitEnd(CallEnd.COMPLETED);
        }
    }

    @Test
    void takesASecondCloseOfThePipelineInItsStride() {
        pipeline.close();

        assertThatCode(pipeline::close).doesNotThrowAnyException();
    }

    @Test
    void linksProblemsUnderThePathOfTheMount() throws Exception {
        try (MountedServer server = start(proxy -> Handlers.path().addPrefixPath("/ai", proxy));
                RawClient client = connect(server)) {

            RawResponse answer = client.send(RawRequest.get("/ai/none")).readResponse();

            assertThat(answer.text()).contains("https://shop.example/ai/problems/not-found");
        }
    }

    @Test
    void countsWhatWaitsForAClientThatDoesNotRead() throws Exception {
        upstream.on("/raw/x", Answer.of(200).withBody("x".repeat(16 << 20)));
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {
            client.send(RawRequest.get("/raw/x")).readHead();

            await().atMost(SOON).until(() -> pipeline.buffers().used() > 0);
            client.reset();
            await().atMost(SOON).until(() -> pipeline.buffers().used() == 0);
        }
    }

    @Test
    void answersAnOldClientUpToTheClose() throws Exception {
        upstream.on("/raw/x", Answer.of(200).withChunks("a", "bc"));
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {

            client.send("GET /raw/x HTTP/1.0\r\n\r\n");

            assertThat(client.readUntilClosed(SOON).latin1()).endsWith("\r\n\r\nabc");
        }
    }

    @Test
    void resetsAnOldClientWhoseAnswerBreaksOff() throws Exception {
        ScriptedStream stream = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
        upstream.on("/raw/x", stream);
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {
            client.send("GET /raw/x HTTP/1.0\r\n\r\n");
            stream.send("abc");
            client.readHead();
            stream.die();

            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
            awaitEnd(CallEnd.BROKEN_OFF);
        }
    }

    @Test
    void refusesChunksInHttp10() throws Exception {
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {

            client.send("POST /raw/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(client.isClosedByPeer(SOON)).isTrue();
            assertThat(upstream.requestCount()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5xyz\r\nhello\r\n0\r\n\r\n", "3\r\nhello\r\n0\r\n\r\n", "5;a=\0\r\nhello\r\n0\r\n\r\n"})
    void sendsNothingOfLaxChunksUpstream(String body) throws Exception {
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {

            client.send("POST /raw/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body);

            client.awaitPeerEnd(Duration.ofMillis(200));
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void cancelsTheUpstreamWhenTheServerStops() throws Exception {
        upstream.on("/raw/x", Fault.SILENCE);
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {
            client.send(RawRequest.get("/raw/x"));
            upstream.awaitRequest(SOON);

            server.stopServer();

            upstream.awaitAborted(SOON);
            awaitEnd(CallEnd.CLIENT_GONE);
        }
    }

    @Test
    void repeatsNothingOnceAnAnswerHasBegunOnAKeptConnection() throws Exception {
        int warm = 2 * Runtime.getRuntime().availableProcessors(); // each event loop has a kept connection then
        upstream.on("/again/x", Answer.text("abc"));
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {
            for (int i = 0; i < warm; i++) {
                client.send(RawRequest.get("/again/x")).readResponse();
            }
            upstream.on("/again/x", Fault.CUT_BODY);

            client.send(RawRequest.get("/again/x"));

            assertThat(client.awaitPeerEnd(SOON)).isPresent();
            assertThat(upstream.requestCount()).isEqualTo(warm + 1);
        }
    }

    @Test
    void givesUpOnAClientThatTakesNothing() throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/raw/x", stream);
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {
            client.send(RawRequest.get("/raw/x"));
            for (int i = 0; i < 64; i++) {
                stream.send("x".repeat(1 << 20));
            }

            awaitEnd(CallEnd.CLIENT_GONE);
            stream.awaitAborted(SOON);
        }
    }

    @Test
    void servesTheNextRequestOfAClientThatSentItWhileItWaited() throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/raw/x", stream).on("/raw/y", Answer.text("y"));
        try (MountedServer server = start(proxy -> proxy);
                RawClient client = connect(server)) {
            client.send(RawRequest.get("/raw/x"));
            stream.awaitOpened(SOON);
            client.readHead();
            client.send(RawRequest.get("/raw/y"));
            stream.send("data: one\n\n");
            stream.end();

            assertThat(client.readRest().events().events()).hasSize(1);
            assertThat(client.readResponse().text()).isEqualTo("y");
        }
    }
}
