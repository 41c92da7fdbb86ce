package io.inferenceproxy.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.HeldBody;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.testkit.SlowSend;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What callers and upstreams can rely on, whatever server carries the pipeline: one test a promise, over real sockets.
 *
 * <p>It is over 300 lines because each promise is a test of its own, and a subclass inherits them all or none.
 */
@NullUnmarked // fields are set before each test
public abstract class ProxyContract {

    /** How long a test waits for what must come at once. */
    protected static final Duration SOON = Duration.ofSeconds(5);

    private static final Secret SECRET = Secret.of("a secret of thirty-two bytes or more, for tests");
    private static final AuthOptions AUTH = AuthOptions.DEFAULT.withSecret(SECRET);

    private static Path users;

    @TempDir
    Path files;

    /** The upstream of the proxy under test; {@code /predict} is where {@code /api/inference} leads. */
    protected ScriptedUpstream upstream;

    /** A connection to the proxy under test. */
    protected RawClient client;

    private final BlockingQueue<CallEnd> ends = new LinkedBlockingQueue<>();
    private Mounted proxy;

    /** A running server with the pipeline. */
    public interface Mounted extends AutoCloseable {
        /** Where it is, with the path under which the proxy is mounted, if any. */
        URI uri();

        @Override
        void close();
    }

    /** Starts a server over what the builder says, on a free port of loopback. */
    protected abstract Mounted open(ProxyServerBuilder builder);

    /** Adds the users, once for all tests: the hash of a password takes its time. */
    @BeforeAll
    static void addUsers(@TempDir Path shared) throws IOException {
        users = shared.resolve("users.yaml");
        UsersEditor.ofFile(users).add("alice", Secret.of("correct horse battery"), List.of("researcher"));
    }

    /** Opens upstream, proxy and client. */
    @BeforeEach
    void openProxy() throws IOException {
        upstream = ScriptedUpstream.start();
        Path schema = Files.writeString(
                files.resolve("schema.json"),
                "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\"}},\"required\":[\"age\"]}");
        ProxyServerBuilder builder = ProxyServer.builder(ProxyOptions.DEFAULT)
                .upstream(up -> up.withUrls(List.of(upstream.uri())))
                .upstream("gone", up -> up.withUrls(List.of(nobody())))
                .admin(admin -> admin.withEnabled(false))
                .listen(server -> server.withPort(0).withBodyTimeout(Duration.ofMillis(300)))
                .auth(auth -> AUTH.withUsersFile(Optional.of(users)))
                .limits("1000 per hour")
                .limit("tight", policy -> policy.withWindows(Window.parseAll("2 per hour")))
                .route("inference", route("POST /api/inference/**").withTo(Optional.of("/predict")))
                .route("schema", route("POST /api/schema").withSchema(Optional.of(schema)))
                .route("tight", route("GET /api/tight").withLimits(Optional.of(List.of("tight"))))
                .route("roles", route("GET /api/roles").withRoles(List.of("operator")))
                .route("small", route("POST /api/small").withMaxBody(Optional.of(DataSize.ofKilobytes(1))))
                .route(
                        "raw",
                        route("* /raw/**")
                                .withBody(BodyRule.ANY)
                                .withMaxBody(Optional.of(DataSize.ofMegabytes(256)))
                                .withFirstByteTimeout(Optional.of(Duration.ofMillis(700))))
                .route("gone", route("GET /gone").withUpstream("gone").withAuth(RouteAccess.NONE))
                .filterBeforeAuthentication((call, next) -> {
                    call.onEnd(ends::add);
                    return next.handle(call);
                });
        proxy = open(builder);
        client = RawClient.connect(proxy.uri());
    }

    /** Closes them again. */
    @AfterEach
    void closeProxy() throws IOException {
        client.close();
        upstream.close();
        proxy.close();
    }

    /** A request that is signed in as alice. */
    protected RawRequest call(String method, String target) {
        String token = new TokenIssuer(AUTH, SigningKeys.of(AUTH), Ticker.system())
                .issue(TokenRequest.of("alice"))
                .text();
        return RawRequest.of(method, at(target)).header("Authorization", "Bearer " + token);
    }

    /** A target of the proxy as it goes on the wire. */
    protected String at(String target) {
        String mount = proxy.uri().getRawPath();
        return mount.equals("/") ? target : mount + target;
    }

    /** Waits for the end of the next call, which must be told once. */
    protected CallEnd awaitEnd() throws InterruptedException {
        CallEnd end = ends.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(end).as("the end of the call").isNotNull();
        assertThat(ends).as("further ends of the same call").isEmpty();
        return end;
    }

    private static RouteOptions route(String match) {
        return RouteOptions.of(RouteMatch.parse(match)).withLimits(Optional.of(List.of("per-user")));
    }

    private static URI nobody() {
        try (ScriptedUpstream closed = ScriptedUpstream.start()) {
            return closed.uri();
        }
    }

    @Test
    void signsInAndServesTheTokenThatItGave() throws Exception {
        client.send(RawRequest.post(at("/api/login"))
                .json("{\"username\":\"alice\",\"password\":\"correct horse battery\"}"));
        RawResponse login = client.readResponse();
        String token = login.text().replaceAll(".*\"accessToken\":\"([^\"]+)\".*", "$1");

        client.send(RawRequest.get(at("/api/me")).header("Authorization", "Bearer " + token));

        assertThat(login.status()).isEqualTo(200);
        assertThat(client.readResponse().text()).contains("\"alice\"", "researcher");
    }

    @Test
    void forwardsACallAndItsAnswer() throws Exception {
        upstream.on(
                "/predict/x", Answer.json("{\"label\":\"cat\"}").withStatus(201).withHeader("X-Model", "m1"));

        RawResponse answer = client.send(call("POST", "/api/inference/x?k=v").json("{\"a\":1}"))
                .readResponse();

        ReceivedRequest received = upstream.awaitRequest(SOON);
        assertThat(received.target()).isEqualTo("/predict/x?k=v");
        assertThat(received.bodyText()).isEqualTo("{\"a\":1}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text()).isEqualTo("{\"label\":\"cat\"}");
        assertThat(answer.header("X-Model")).contains("m1");
        assertThat(answer.headers().all("Date")).hasSize(1);
        assertThat(awaitEnd()).isEqualTo(CallEnd.COMPLETED);
        assertThat(upstream.violations()).isEmpty();
    }

    @Test
    void setsWhatTheUpstreamShouldKnowAndDropsWhatItShouldNot() throws Exception {
        client.send(call("POST", "/api/inference")
                        .header("Host", "api.example:8080")
                        .header("Connection", "keep-alive, X-Hop")
                        .header("X-Hop", "1")
                        .header("Cookie", "a=b")
                        .header("X-Forwarded-User", "mallory")
                        .header("X-Forwarded-For", "8.8.8.8")
                        .header("X-Custom", "kept")
                        .json("{}"))
                .readResponse();

        ReceivedRequest received = upstream.awaitRequest(SOON);
        assertThat(received.headers().all("X-Forwarded-User")).containsExactly("alice");
        assertThat(received.headers().all("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(received.header("X-Forwarded-Host")).contains("api.example:8080");
        assertThat(received.header("X-Forwarded-Proto")).contains("http");
        assertThat(received.header("X-Custom")).contains("kept");
        assertThat(received.header("Via")).isPresent();
        assertThat(received.header("X-Request-Id")).isPresent();
        for (String dropped : List.of("Authorization", "Cookie", "X-Hop")) {
            assertThat(received.header(dropped)).as(dropped).isEmpty();
        }
    }

    @Test
    void dropsHopByHopFieldsOfTheAnswer() throws Exception {
        upstream.on(
                "/predict",
                Answer.json("{}")
                        .withHeader("Connection", "X-Internal")
                        .withHeader("X-Internal", "1")
                        .withHeader("Keep-Alive", "timeout=9")
                        .withHeader("Set-Cookie", "a=1")
                        .withHeader("Set-Cookie", "b=2"));

        RawResponse answer =
                client.send(call("POST", "/api/inference").json("{}")).readResponse();

        assertThat(answer.header("X-Internal")).isEmpty();
        assertThat(answer.header("Keep-Alive")).isEmpty();
        assertThat(answer.headers().all("Set-Cookie")).containsExactly("a=1", "b=2");
    }

    @Test
    void wantsCredentials() throws Exception {
        RawResponse answer =
                client.send(RawRequest.post(at("/api/inference")).json("{}")).readResponse();

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("Bearer realm=\"inference-proxy\"");
        assertProblem(answer, "missing-credentials");
        assertThat(upstream.requestCount()).isZero();
    }

    @Test
    void refusesBadCredentials() throws Exception {
        RawResponse answer = client.send(RawRequest.post(at("/api/inference"))
                        .header("Authorization", "Bearer nonsense")
                        .json("{}"))
                .readResponse();

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate").orElse("")).contains("error=\"invalid_token\"");
        assertProblem(answer, "invalid-credentials");
    }

    @Test
    void wantsTheRoleOfTheRoute() throws Exception {
        RawResponse answer = client.send(call("GET", "/api/roles")).readResponse();

        assertThat(answer.status()).isEqualTo(403);
        assertProblem(answer, "not-permitted");
    }

    @Test
    void knowsItsRoutesAlone() throws Exception {
        RawResponse answer = client.send(call("GET", "/elsewhere")).readResponse();

        assertThat(answer.status()).isEqualTo(404);
        assertProblem(answer, "not-found");
    }

    @Test
    void saysWhichMethodsARouteHas() throws Exception {
        RawResponse answer = client.send(call("PUT", "/api/inference")).readResponse();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow").orElse("")).contains("POST");
        assertProblem(answer, "method-not-allowed");
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge() throws Exception {
        RawResponse answer = client.send(call("POST", "/api/small")
                        .header("Content-Type", "application/json")
                        .header("Content-Length", "99999999")
                        .head())
                .readResponse();

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("Connection")).contains("close");
        assertProblem(answer, "body-too-large");
        assertThat(client.isClosedByPeer(SOON)).isTrue();
    }

    @Test
    void refusesABodyThatTurnsOutTooLarge() throws Exception {
        String kilobyte = "\"" + "x".repeat(1022) + "\"";

        RawResponse answer = client.send(call("POST", "/api/small")
                        .header("Content-Type", "application/json")
                        .chunks(kilobyte, kilobyte))
                .readResponse();

        assertThat(answer.status()).isEqualTo(413);
        assertProblem(answer, "body-too-large");
        assertThat(upstream.requestCount()).isZero();
    }

    @Test
    void wantsJson() throws Exception {
        RawResponse answer = client.send(call("POST", "/api/inference")
                        .header("Content-Type", "text/plain")
                        .body("{}"))
                .readResponse();

        assertThat(answer.status()).isEqualTo(415);
        assertProblem(answer, "unsupported-media-type");
    }

    @Test
    void pointsAtWhatTheSchemaFinds() throws Exception {
        RawResponse answer = client.send(call("POST", "/api/schema").json("{\"age\":\"old\"}"))
                .readResponse();

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("\"#/age\"");
        assertProblem(answer, "schema-violation");
    }

    @Test
    void holdsCallersToTheirLimits() throws Exception {
        RawResponse first = client.send(call("GET", "/api/tight")).readResponse();
        client.send(call("GET", "/api/tight")).readResponse();

        RawResponse third = client.send(call("GET", "/api/tight")).readResponse();

        assertThat(first.header("RateLimit").orElse("")).contains("\"tight-hour\";r=1");
        assertThat(first.header("RateLimit-Policy")).contains("\"tight-hour\";q=2;w=3600");
        assertThat(third.status()).isEqualTo(429);
        assertThat(third.header("Retry-After")).isPresent();
        assertThat(third.header("X-RateLimit-Remaining")).contains("0");
        assertProblem(third, "rate-limited");
        assertThat(upstream.requestCount()).isEqualTo(2);
    }

    @Test
    void keepsTheConnectionAfterARefusal() throws Exception {
        RawResponse refusal =
                client.send(RawRequest.post(at("/api/inference")).json("{}")).readResponse();

        RawResponse served =
                client.send(call("POST", "/api/inference").json("{}")).readResponse();

        assertThat(refusal.status()).isEqualTo(401);
        assertThat(served.status()).isEqualTo(200);
    }

    @Test
    void keepsTheConnectionAfterAnswersOfEveryKind() throws Exception {
        upstream.on("/raw/length", Answer.text("abc"))
                .on("/raw/chunks", Answer.of(200).withChunks("a", "bc"))
                .on("/raw/none", Answer.of(204))
                .on("/raw/head", Answer.text("abc"));
        client.send(call("GET", "/raw/length"));
        assertThat(client.readResponse().text()).isEqualTo("abc");
        client.send(call("GET", "/raw/chunks"));
        assertThat(client.readResponse().text()).isEqualTo("abc");
        client.send(call("GET", "/raw/none"));
        assertThat(client.readResponse().status()).isEqualTo(204);
        client.send(call("HEAD", "/raw/head"));

        RawResponse head = client.readResponseToHead();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).contains("3");
        client.send(call("GET", "/raw/length"));
        assertThat(client.readResponse().text()).isEqualTo("abc");
    }

    @Test
    void answersPipelinedCallsInOrder() throws Exception {
        upstream.on("/raw/a", Answer.text("a").withHeadDelay(Duration.ofMillis(50)))
                .on("/raw/b", Answer.text("b"));

        client.send(call("POST", "/raw/a")
                .body("1")
                .bytes()
                .plus(call("GET", "/raw/b").bytes()));

        assertThat(client.readResponse().text()).isEqualTo("a");
        assertThat(client.readResponse().text()).isEqualTo("b");
    }

    @Test
    void closesWhenTheClientSaysSo() throws Exception {
        RawResponse answer = client.send(call("POST", "/api/inference")
                        .header("Connection", "x, Close")
                        .json("{}"))
                .readResponse();

        assertThat(answer.header("Connection")).contains("close");
        assertThat(client.isClosedByPeer(SOON)).isTrue();
    }

    @Test
    void takesTheRequestIdThatItIsGiven() throws Exception {
        RawResponse answer = client.send(RawRequest.get(at("/elsewhere")).header("X-Request-Id", "abc-123"))
                .readResponse();

        assertThat(answer.header("X-Request-Id")).contains("abc-123");
        assertThat(answer.text()).contains("\"requestId\":\"abc-123\"", "urn:request:abc-123");
    }

    @Test
    void passesABodyOfAnySizeUnchanged() throws Exception {
        Bytes large = Bytes.of(new byte[3 << 20]);
        upstream.on("/raw/x", Answer.of(200).withBody(large));

        RawResponse answer = client.send(call("POST", "/raw/x").body(large)).readResponse();

        assertThat(upstream.awaitRequest(SOON).bodySha256()).isEqualTo(large.sha256());
        assertThat(answer.body().sha256()).isEqualTo(large.sha256());
    }

    @Test
    void passesChunksOfARequest() throws Exception {
        client.send(call("POST", "/raw/x").chunks("ab", "c", "def")).readResponse();

        assertThat(upstream.awaitRequest(SOON).bodyText()).isEqualTo("abcdef");
    }

    @Test
    void makesASlowUpstreamSlowTheClient() throws Exception {
        HeldBody held = HeldBody.then(Answer.text("got it"));
        upstream.on("/raw/x", held);
        Bytes large = Bytes.of(new byte[64 << 20]); // more than the buffers of two sockets grow to
        Thread sending = new Thread(() -> sendAll(call("POST", "/raw/x").body(large)));
        sending.start();
        upstream.awaitHead(SOON);
        sending.join(200);
        boolean waiting = sending.isAlive();
        held.release();

        RawResponse answer = client.readResponse();

        assertThat(waiting).as("the client still waits").isTrue();
        assertThat(answer.text()).isEqualTo("got it");
        assertThat(upstream.awaitRequest(SOON).bodyLength()).isEqualTo(64 << 20);
    }

    @Test
    void makesASlowClientSlowTheUpstream() throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/raw/x", stream);
        client.send(call("GET", "/raw/x"));
        for (int i = 0; i < 64; i++) {
            stream.send(Bytes.of(new byte[1 << 20]));
        }
        stream.end();
        stream.awaitOpened(SOON);
        client.readHead();
        long early = stream.bytesWritten();

        RawResponse answer = client.readRest();

        assertThat(early).isLessThan(40L << 20);
        assertThat(answer.body().length()).isEqualTo(64 << 20);
        assertThat(answer.complete()).isTrue();
    }

    @Test
    void passesEventsAsTheyCome() throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/raw/x", stream);
        client.send(call("GET", "/raw/x"));
        stream.awaitOpened(SOON);
        assertThat(client.readHead().header("Content-Type")).contains("text/event-stream");
        stream.send("data: one\n\n");
        assertThat(client.readEvent().orElseThrow().data()).isEqualTo("one");
        stream.send("data: two\n\n");
        assertThat(client.readEvent().orElseThrow().data()).isEqualTo("two");
        stream.end();

        assertThat(client.readRest().complete()).isTrue();
        assertThat(awaitEnd()).isEqualTo(CallEnd.COMPLETED);
    }

    @Test
    void endsABrokenStreamWithAnErrorEvent() throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/raw/x", stream);
        client.send(call("GET", "/raw/x"));
        stream.send("data: one\n\n");
        client.readHead();
        stream.die();

        RawResponse answer = client.readRest();

        assertThat(answer.complete()).isTrue();
        assertThat(answer.text()).contains("event: error\n", "upstream-unreachable");
        assertThat(awaitEnd()).isEqualTo(CallEnd.BROKEN_OFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CUT_BODY", "CUT_CHUNKED_BODY", "RESET_IN_BODY"})
    void cutsWhatTheUpstreamCut(String fault) throws Exception {
        upstream.on("/raw/x", Fault.valueOf(fault));

        RawResponse answer = client.send(call("GET", "/raw/x")).readResponse();

        assertThat(answer.truncated()).isTrue();
        assertThat(awaitEnd()).isEqualTo(CallEnd.BROKEN_OFF);
    }

    @Test
    void saysThatNobodyIsThere() throws Exception {
        RawResponse answer = client.send(RawRequest.get(at("/gone"))).readResponse();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("Proxy-Status").orElse("")).contains("inference-proxy; error=");
        assertProblem(answer, "upstream-unreachable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GARBAGE", "TWO_CONTENT_LENGTHS", "LENGTH_AND_CHUNKED", "CUT_HEAD"})
    void reportsAnUpstreamThatTalksNonsense(String fault) throws Exception {
        upstream.on("/raw/x", Fault.valueOf(fault));

        RawResponse answer = client.send(call("GET", "/raw/x")).readResponse();

        assertThat(answer.status()).isEqualTo(502);
    }

    @Test
    void reportsAnUpstreamThatIsSilent() throws Exception {
        upstream.on("/raw/x", Fault.SILENCE);

        RawResponse answer = client.send(call("GET", "/raw/x")).readResponse();

        assertThat(answer.status()).isEqualTo(504);
        assertProblem(answer, "upstream-timeout");
        upstream.awaitAborted(SOON);
    }

    @Test
    void cancelsTheUpstreamWhenTheClientLeavesBeforeTheAnswer() throws Exception {
        upstream.on("/predict", Fault.SILENCE);
        client.send(call("POST", "/api/inference").json("{}"));
        upstream.awaitRequest(SOON);

        client.reset();

        upstream.awaitAborted(Duration.ofSeconds(1));
        assertThat(awaitEnd()).isEqualTo(CallEnd.CLIENT_GONE);
    }

    @Test
    void cancelsASilentStreamWhenTheClientLeaves() throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/predict", stream);
        client.send(call("POST", "/api/inference").json("{}"));
        stream.send("data: one\n\n");
        client.readHead();

        client.close();

        stream.awaitAborted(Duration.ofSeconds(1));
        assertThat(awaitEnd()).isEqualTo(CallEnd.CLIENT_GONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"})
    void neverMakesAWholeRequestOfACutOne(String rest) throws Exception {
        client.send(call("POST", "/raw/x").head().latin1().replaceFirst("\r\n\r\n$", "\r\n") + rest);
        upstream.awaitHead(SOON);

        client.close();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(upstream.incompleteRequests()).hasSize(1));
        assertThat(upstream.requests()).isEmpty();
        assertThat(awaitEnd()).isEqualTo(CallEnd.CLIENT_GONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/raw/x", "/api/inference"})
    void givesUpOnABodyThatStalls(String target) throws Exception {
        SlowSend slow = client.sendSlowly(call("POST", target).json("{\"a\":1}").bytes());
        slow.through("\r\n\r\n").next(2);

        RawResponse answer = client.readResponse();

        assertThat(answer.status()).isEqualTo(408);
        assertProblem(answer, "request-timeout");
        assertThat(client.isClosedByPeer(SOON)).isTrue();
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void answersARefusalBeforeTheUpload() throws Exception {
        client.send(RawRequest.post(at("/raw/x"))
                .header("Content-Length", "50000000")
                .head());

        RawResponse answer = client.readResponse();

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Connection")).contains("close");
        assertThat(client.isClosedByPeer(SOON)).isTrue();
        assertThat(upstream.requestCount()).isZero();
    }

    @Test
    void tellsAClientThatWaitsToGoOn() throws Exception {
        RawRequest request =
                call("POST", "/raw/x").header("Expect", "100-continue").body("abc");
        client.send(request.head());
        int interim = client.readInterim().status();

        client.send(request.content());

        assertThat(interim).isEqualTo(100);
        assertThat(client.readResponse().status()).isEqualTo(200);
        ReceivedRequest received = upstream.awaitRequest(SOON);
        assertThat(received.bodyText()).isEqualTo("abc");
        assertThat(received.header("Expect")).isEmpty();
    }

    @Test
    void tellsNoClientToGoOnWhomItRefuses() throws Exception {
        client.send(RawRequest.post(at("/raw/x"))
                .header("Expect", "100-continue")
                .body("abc")
                .head());

        RawResponse answer = client.readResponse();

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.interim()).isEmpty();
    }

    @Test
    void knowsOneExpectation() throws Exception {
        RawResponse answer = client.send(
                        call("POST", "/raw/x").header("Expect", "miracles").body("abc"))
                .readResponse();

        assertThat(answer.status()).isEqualTo(417);
        assertProblem(answer, "expectation-failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 18446744073709551621",
                "Content-Length: 1234567890123456789"
            })
    void refusesFramingThatIsNotClear(String framing) throws Exception {
        client.send(call("POST", "/raw/x").head().latin1().replaceFirst("\r\n\r\n$", "\r\n") + framing
                + "\r\n\r\n0\r\n\r\nGET " + at("/raw/smuggled") + " HTTP/1.1\r\nHost: x\r\n\r\n");

        RawResponse answer = client.readResponse();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(client.readUntilClosed(SOON).utf8()).isEmpty();
        assertThat(upstream.requestCount()).isZero();
        assertThat(upstream.violations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/raw/../api/me",
                "/raw/%2e%2e/api/me",
                "/raw/..%2fapi",
                "/raw/;x",
                "/raw//x",
                "/raw/%5cx",
                "/raw/%00",
                "/raw/%zz"
            })
    void refusesPathsThatServersReadDifferently(String target) throws Exception {
        RawResponse answer = client.send(call("GET", target)).readResponse();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(upstream.requestCount()).isZero();
    }

    @Test
    void matchesAndForwardsTheSameForm() throws Exception {
        client.send(call("GET", "/%72aw/a%2Fb%c3%a9?q=%41")).readResponse();

        assertThat(upstream.awaitRequest(SOON).target()).isEqualTo("/raw/a%2Fb%C3%A9?q=%41");
    }

    @Test
    void takesATargetInAbsoluteForm() throws Exception {
        client.send(new RawRequest(
                        "GET",
                        "http://localhost" + at("/raw/x?q"),
                        call("GET", "/raw/x").headers(),
                        Bytes.EMPTY))
                .readResponse();

        assertThat(upstream.awaitRequest(SOON).target()).isEqualTo("/raw/x?q");
    }

    @Test
    void echoesNoRequests() throws Exception {
        RawResponse answer = client.send(call("TRACE", "/raw/x")).readResponse();

        assertThat(answer.status()).isEqualTo(501);
        assertProblem(answer, "not-implemented");
        assertThat(upstream.requestCount()).isZero();
    }

    @Test
    void tunnelsNothing() throws Exception {
        client.send("CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n");

        RawResponse answer = client.readResponse();

        assertThat(answer.status()).isBetween(400, 599);
        assertThat(upstream.openedConnections()).isZero();
    }

    private void sendAll(RawRequest request) {
        try {
            client.send(request);
        } catch (IOException closed) {
            // the test sees it in the answer
        }
    }

    private static void assertProblem(RawResponse answer, String code) {
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.text())
                .contains("\"code\":\"" + code + "\"", "\"status\":" + answer.status(), "/problems/" + code);
        assertThat(answer.header("X-Request-Id")).isPresent();
    }
}
