package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions, methods and statuses that change where a message ends or whether the connection goes on. */
class MethodsTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    @Test
    void http10ClosesAfterTheAnswer() throws Exception {
        RawClient client = proxy.client().send("GET /files/one HTTP/1.0\r\n\r\n");

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.raw().latin1()).startsWith("HTTP/1.1 200");
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).head().latin1())
                .startsWith("GET /predict/files/one HTTP/1.1\r\n");
    }

    @Test
    void http10WithKeepAliveGoesOn() throws Exception {
        RawClient client = proxy.client().send("GET /files/one HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.readResponse().header("Connection")).contains("keep-alive");

        client.send("GET /files/two HTTP/1.0\r\n\r\n");

        assertThat(client.readResponse().text()).contains("/files/two");
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
    }

    @Test
    void http10GetsAStreamThatEndsWithTheConnection() throws Exception {
        proxy.upstream().otherwise(Answer.text("").withChunks("one ", "two"));
        RawClient client = proxy.client().send("GET /files/one HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        RawResponse response = client.readResponse();

        assertThat(response.framing()).isEqualTo(BodyFraming.UNTIL_CLOSE);
        assertThat(response.header("Connection")).contains("close");
        assertThat(response.text()).isEqualTo("one two");
        assertThat(response.complete()).isTrue();
    }

    @Test
    void theAnswerToHeadHasTheLengthAndNoBody() throws Exception {
        proxy.upstream().otherwise(Answer.text("four"));
        RawClient client = proxy.client().send(RawRequest.of("HEAD", Wire.FILES));

        RawResponse head = client.readResponseToHead();

        assertThat(head.header("Content-Length")).contains("4");
        assertThat(client.send(RawRequest.get(Wire.FILES)).readResponse().text())
                .isEqualTo("four");
        assertThat(proxy.upstream().requests())
                .extracting(request -> request.method())
                .containsExactly("HEAD", "GET");
    }

    @Test
    void aProblemOfAHeadHasNoBody() throws Exception {
        RawClient client =
                proxy.client().send(RawRequest.of("HEAD", "/nowhere")).send(RawRequest.get("/livez"));

        assertThat(client.readResponseToHead().status()).isEqualTo(404);
        assertThat(client.readResponse().text()).isEqualTo("ok\n");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {204, 304})
    void anAnswerWithoutABodyLeavesTheConnectionInOrder(int status) throws Exception {
        proxy.upstream().otherwise(Answer.of(status).withHeader("ETag", "\"a\""), Answer.text("next"));
        RawClient client = proxy.client().send(RawRequest.get(Wire.FILES)).send(RawRequest.get(Wire.FILES));

        RawResponse bodiless = client.readResponse();

        assertThat(bodiless.status()).isEqualTo(status);
        assertThat(bodiless.header("ETag")).contains("\"a\"");
        assertThat(bodiless.headers().contains("Transfer-Encoding")).isFalse();
        assertThat(client.readResponse().text()).isEqualTo("next");
    }

    @Test
    void optionsOfTheServerIsAnsweredByTheProxy() throws Exception {
        RawResponse response =
                proxy.client().send(RawRequest.of("OPTIONS", "*")).readResponse();

        assertThat(response.status()).isLessThan(500);
        assertThat(response.header("Allow").orElse("")).contains("POST");
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"get", "Post", "FETCH", "PATCH", "PROPFIND", "M-SEARCH", "!#$%&'*+-.^_`|~"})
    void aMethodThatNoRouteNamesIsNotForwarded(String method) throws Exception {
        RawResponse response =
                proxy.client().send(RawRequest.of(method, Wire.FILES)).readResponse();

        assertThat(response.status()).isEqualTo(405);
        Wire.assertProblem(response);
        assertThat(response.header("Allow")).contains("DELETE, GET, HEAD, POST, PUT");
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "CONNECT evil.example:443",
                "CONNECT localhost:22",
                "CONNECT /files/one",
                "TRACE /files/one",
                "TRACE /api/inference",
                "TRACE *"
            })
    void tunnelsAndTracesAreRefused(String line) throws Exception {
        Bytes request = Bytes.ofLatin1(
                line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + Wire.bearer(proxy) + "\r\n\r\n");

        Wire.refusedAndClosed(proxy, request, 405, 501);
    }

    @Test
    void aPreflightIsAnsweredByTheProxy() throws Exception {
        RawRequest preflight = RawRequest.of("OPTIONS", Wire.INFERENCE)
                .header("Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "POST");

        RawResponse response = proxy.client().send(preflight).readResponse();

        assertThat(response.status()).isLessThan(500);
        assertThat(response.headers().contains("Access-Control-Allow-Origin")).isFalse();
        Wire.assertNothingForwarded(proxy);
    }
}
