package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.units.Allowance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The proxy of these tests, and what they all say about bad requests. */
final class Wire {

    static final Duration SOON = Duration.ofSeconds(5);
    static final String INFERENCE = "/api/inference";

    /** Open to anyone, for content of any kind, which is streamed. */
    static final String FILES = "/files/one";

    /** Does not wait long for the upstream. */
    static final String HASTY = "/hasty";

    /** For keepers alone. */
    static final String VAULT = "/vault/gold";

    private Wire() {}

    /** Without limits, so that hundreds of cases can share one, and with a route of each kind. */
    static ProxyExtension proxy() {
        RouteOptions files = RouteOptions.of(RouteMatch.parse("GET,HEAD,POST,PUT,DELETE /files/**"))
                .withAuth(RouteAccess.NONE)
                .withBody(BodyRule.ANY);
        RouteOptions vault = RouteOptions.of(RouteMatch.parse("GET,POST /vault/**"))
                .withRoles(List.of("keeper"))
                .withTo(Optional.of("/vault"));
        RouteOptions hasty = RouteOptions.of(RouteMatch.parse("POST /hasty"))
                .withFirstByteTimeout(Optional.of(Duration.ofMillis(100)));
        return ProxyExtension.with(builder -> builder.limits()
                .auth(auth -> auth.withFailureLimit(Allowance.OFF))
                .route("files", files.withTo(Optional.of("/files")))
                .route("vault", vault)
                .route("hasty", hasty));
    }

    /** A call that is good in every respect. */
    static RawRequest call(ProxyExtension proxy, String json) {
        return RawRequest.post(INFERENCE).header("Authorization", bearer(proxy)).json(json);
    }

    static String bearer(ProxyExtension proxy) {
        return "Bearer " + proxy.token("alice");
    }

    /** A request with a good token, JSON by its own account, and these lines and bytes beside. */
    static Bytes post(ProxyExtension proxy, String target, String lines, String content) {
        return Bytes.ofLatin1("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + bearer(proxy)
                + "\r\nContent-Type: application/json\r\n" + lines + "\r\n" + content);
    }

    /** Sends the bytes on a connection of their own, and expects one problem of these and then the end. */
    static RawResponse refusedAndClosed(ProxyExtension proxy, Bytes bytes, Integer... statuses) throws IOException {
        RawClient client = proxy.client();
        RawResponse response = client.send(bytes).readResponse();

        assertThat(response.status()).isIn((Object[]) statuses);
        assertProblem(response);
        assertThat(response.header("Connection")).contains("close");
        assertThat(client.isClosedByPeer(SOON)).isTrue();
        assertNothingForwarded(proxy);
        return response;
    }

    static void assertProblem(RawResponse response) {
        assertThat(response.complete()).isTrue();
        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(response.text())
                .contains("\"status\":" + response.status(), "\"requestId\":\"", "\"type\":\"/problems/")
                .doesNotContain("Exception", "io.netty", "java.");
    }

    /** No whole request has come to the upstream; and the next caller is served. */
    static void assertNothingForwarded(ProxyExtension proxy) throws IOException {
        assertThat(proxy.upstream().requests()).isEmpty();
        assertServes(proxy);
    }

    /** A good call on a connection of its own gets its own answer. */
    static void assertServes(ProxyExtension proxy) throws IOException {
        String json = "{\"next\":" + System.identityHashCode(new Object()) + "}";
        RawResponse next = proxy.client().send(call(proxy, json)).readResponse();

        assertThat(next.status()).isEqualTo(200);
        assertThat(next.text()).contains(Bytes.ofUtf8(json).base64());
    }
}
