package io.inferenceproxy.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
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
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The mount over TLS, with HTTP/1.1 and HTTP/2. */
class TlsMountTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final SSLContext TLS = TestCertificate.trustedByItself();

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Queue<CallEnd> ends = new ConcurrentLinkedQueue<>();
    private final ProxyPipeline pipeline = ProxyServer.builder(ProxyOptions.DEFAULT)
            .upstream(up -> up.withUrls(List.of(upstream.uri())))
            .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests")))
            .limits()
            .route(
                    "raw",
                    RouteOptions.of(RouteMatch.parse("* /raw/**"))
                            .withAuth(RouteAccess.NONE)
                            .withBody(BodyRule.ANY))
            .filterBeforeAuthentication((call, next) -> {
                call.onEnd(ends::add);
                return next.handle(call);
            })
            .openPipeline();
    private final Undertow server = InferenceProxyHandler.recommended(Undertow.builder())
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            .addHttpsListener(0, "127.0.0.1", TLS, InferenceProxyHandler.over(pipeline))
            .build();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void close() {
        server.stop();
        pipeline.close();
        upstream.close();
    }

    private HttpRequest.Builder request(String path) {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + address.getPort() + path))
                .timeout(SOON);
    }

    private static HttpClient client(Version version) {
        return HttpClient.newBuilder().sslContext(TLS).version(version).build();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void passesBodiesBothWays(Version version) throws Exception {
        byte[] large = new byte[300_000];
        upstream.on("/raw/x", Answer.of(200).withBody(Bytes.of(large)));

        HttpResponse<byte[]> answer = client(version)
                .send(
                        request("/raw/x?q")
                                .POST(BodyPublishers.ofByteArray(large))
                                .build(),
                        BodyHandlers.ofByteArray());

        ReceivedRequest received = upstream.awaitRequest(SOON);
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.body()).isEqualTo(large);
        assertThat(received.target()).isEqualTo("/raw/x?q");
        assertThat(received.bodyLength()).isEqualTo(large.length);
        assertThat(received.header("X-Forwarded-Proto")).contains("https");
        await().atMost(SOON).untilAsserted(() -> assertThat(ends).containsExactly(CallEnd.COMPLETED));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void passesEventsAsTheyCome(Version version) throws Exception {
        ScriptedStream stream = ScriptedStream.sse();
        upstream.on("/raw/x", stream);
        stream.send("data: one\n\n");

        HttpResponse<InputStream> answer =
                client(version).send(request("/raw/x").build(), BodyHandlers.ofInputStream());

        assertThat(answer.body().readNBytes(11)).asString().isEqualTo("data: one\n\n");
        stream.send("data: two\n\n");
        assertThat(answer.body().readNBytes(11)).asString().isEqualTo("data: two\n\n");
        stream.end();
        assertThat(answer.body().readAllBytes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void answersProblems(Version version) throws Exception {
        HttpResponse<String> answer = client(version)
                .send(
                        request("/api/inference")
                                .POST(BodyPublishers.ofByteArray(new byte[300_000]))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("missing-credentials");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void showsThatAnAnswerIsCut(Version version) {
        upstream.on("/raw/x", Fault.CUT_CHUNKED_BODY);

        Throwable failure =
                catchThrowable(() -> client(version).send(request("/raw/x").build(), BodyHandlers.ofString()));

        assertThat(failure).isInstanceOf(IOException.class);
        await().atMost(SOON).untilAsserted(() -> assertThat(ends).containsExactly(CallEnd.BROKEN_OFF));
    }
}
