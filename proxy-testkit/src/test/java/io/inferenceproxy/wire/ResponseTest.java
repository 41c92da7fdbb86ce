package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.HeaderField;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.Raw;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream answers comes back as it was: status, fields and the bytes of the body. */
class ResponseTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {200, 201, 202, 206, 299, 301, 400, 401, 404, 418, 422, 429, 451, 499, 500, 502, 503, 599})
    void statusesOfTheUpstreamComeBackUnchanged(int status) throws Exception {
        proxy.upstream().on("/predict", Answer.text("theirs").withStatus(status).withHeader("X-Theirs", "yes"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("X-Theirs")).contains("yes");
        assertThat(response.text()).isEqualTo("theirs");
        assertThat(client.send(Wire.call(proxy, "[1]")).readResponse().status()).isEqualTo(status);
    }

    @Test
    void interimAnswersAreNotMistakenForTheFinalOne() throws Exception {
        proxy.upstream()
                .on(
                        "/predict",
                        Answer.text("final")
                                .withInterim(100)
                                .withInterim(102)
                                .withInterim(103, new HeaderField("Link", "</a>; rel=preload")));

        RawResponse response = proxy.client().send(Wire.call(proxy, "[1]")).readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("final");
        assertThat(response.headers().contains("Link")).isFalse();
    }

    @Test
    void valuesBeyondAsciiComeBackByteForByte() throws Exception {
        StringBuilder beyond = new StringBuilder();
        for (char c = 0x80; c <= 0xff; c++) {
            beyond.append(c);
        }
        proxy.upstream().on("/predict", Answer.text("ok").withHeader("X-Odd", "a" + beyond + "z"));

        RawResponse response = proxy.client().send(Wire.call(proxy, "[1]")).readResponse();

        assertThat(response.raw().latin1()).contains("X-Odd: a" + beyond + "z\r\n");
    }

    @Test
    void fieldsOfOneNameStayApart() throws Exception {
        proxy.upstream()
                .on(
                        "/predict",
                        Answer.text("ok")
                                .withHeader("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT")
                                .withHeader("Set-Cookie", "b=2"));

        RawResponse response = proxy.client().send(Wire.call(proxy, "[1]")).readResponse();

        assertThat(response.headers().all("Set-Cookie"))
                .containsExactly("a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2");
    }

    @Test
    void manyFieldsComeBackInOrder() throws Exception {
        Answer answer = Answer.text("ok");
        for (int i = 0; i < 300; i++) {
            answer = answer.withHeader("X-Many", "v" + i + "-" + "x".repeat(100));
        }
        proxy.upstream().on("/predict", answer);

        RawResponse response = proxy.client().send(Wire.call(proxy, "[1]")).readResponse();

        assertThat(response.headers().all("X-Many")).hasSize(300).startsWith("v0-" + "x".repeat(100));
    }

    @Test
    void trailersAreDropped() throws Exception {
        proxy.upstream()
                .on(
                        "/predict",
                        Answer.text("")
                                .withChunks("a", "b")
                                .withTrailer("X-Sum", "1")
                                .withTrailer("X-Request-Id", "evil"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.text()).isEqualTo("ab");
        assertThat(response.trailers().fields()).isEmpty();
        assertThat(client.send(Wire.call(proxy, "[1]")).readResponse().text()).isEqualTo("ab");
    }

    @Test
    void fieldsOfTheUpstreamsConnectionDoNotComeBack() throws Exception {
        proxy.upstream()
                .on(
                        "/predict",
                        Answer.text("ok")
                                .withHeader("Connection", "X-Secret, keep-alive")
                                .withHeader("X-Secret", "s")
                                .withHeader("Keep-Alive", "timeout=5")
                                .withHeader("Proxy-Authenticate", "Basic")
                                .withHeader("Trailer", "X-Sum")
                                .withHeader("Upgrade", "h2c")
                                .withHeader("X-Request-Id", "theirs"));

        RawResponse response = proxy.client()
                .send(Wire.call(proxy, "[1]").header("X-Request-Id", "mine"))
                .readResponse();

        assertThat(response.headers().names())
                .doesNotContain("Connection", "X-Secret", "Keep-Alive", "Proxy-Authenticate", "Trailer", "Upgrade");
        assertThat(response.headers().all("X-Request-Id")).containsExactly("mine");
    }

    @Test
    void aBodyThatEndsWithTheConnectionComesBackWhole() throws Exception {
        proxy.upstream().on("/predict", Answer.text("to the end").withFraming(BodyFraming.UNTIL_CLOSE));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.text()).isEqualTo("to the end");
        assertThat(response.chunked()).isTrue();
        assertThat(client.send(Wire.call(proxy, "[1]")).readResponse().text()).isEqualTo("to the end");
    }

    @Test
    void anAnswerOfHttp10ComesBackAsHttp11() throws Exception {
        proxy.upstream().on("/predict", Raw.of("HTTP/1.0 200 Fine\r\nContent-Length: 2\r\n\r\nok"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.raw().latin1()).startsWith("HTTP/1.1 200 ");
        assertThat(response.text()).isEqualTo("ok");
        assertThat(client.send(Wire.call(proxy, "[1]")).readResponse().text()).isEqualTo("ok");
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 65_536, 3_000_000})
    void bodiesComeBackByteForByte(int length) throws Exception {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        Bytes body = Bytes.of(bytes);
        proxy.upstream()
                .otherwise(
                        Answer.of(200).withBody(body),
                        Answer.of(200).withBody(body).withFraming(BodyFraming.CHUNKED));
        RawClient client = proxy.client().send(RawRequest.get(Wire.FILES)).send(RawRequest.get(Wire.FILES));

        assertThat(client.readResponse().body().sha256()).isEqualTo(body.sha256());
        if (length > 0) {
            assertThat(client.readResponse().body().sha256()).isEqualTo(body.sha256());
        }
    }

    @Test
    void anAnswerBeforeTheBodyWasTakenComesThroughAndEndsTheConnections() throws Exception {
        proxy.upstream()
                .otherwise(Answer.text("too much")
                        .withStatus(413)
                        .withTiming(Answer.Timing.AFTER_HEAD)
                        .withConnectionClose());
        RawClient client = proxy.client().send(Wire.post(proxy, Wire.FILES, "Content-Length: 900000\r\n", "begin"));

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.text()).isEqualTo("too much");
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        assertThat(proxy.upstream().requests()).isEmpty();
    }
}
