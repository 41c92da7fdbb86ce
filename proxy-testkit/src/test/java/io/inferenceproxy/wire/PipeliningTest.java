package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that do not wait for answers (RFC 9112 section 9.3): each by itself, in order, none lost. */
class PipeliningTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    @Test
    void twentyInARowAreAnsweredInOrderEachByItsOwnCredentials() throws Exception {
        List<Bytes> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String json = "{\"number\":" + i + ",\"fill\":\"" + "x".repeat(i * 100) + "\"}";
            requests.add((i % 3 == 2 ? RawRequest.post(Wire.INFERENCE).json(json) : Wire.call(proxy, json)).bytes());
        }
        RawClient client = proxy.client().send(Bytes.join(requests));

        for (int i = 0; i < 20; i++) {
            RawResponse response = client.readResponse();
            assertThat(response.status()).as("answer %d", i).isEqualTo(i % 3 == 2 ? 401 : 200);
            if (i % 3 != 2) {
                assertThat(bodyOf(response)).startsWith("{\"number\":" + i + ",");
            }
        }
        assertThat(proxy.upstream().requestCount()).isEqualTo(14);
    }

    @Test
    void twentyInARowOfEachKindArePlayedThroughASlowUpstream() throws Exception {
        proxy.upstream().on("/predict", Answer.text("a").withHeadDelay(Duration.ofMillis(2)));
        List<Bytes> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(
                    switch (i % 5) {
                        case 0 -> Wire.call(proxy, "[" + i + "]").bytes();
                        case 1 ->
                            Wire.post(
                                    proxy,
                                    Wire.INFERENCE,
                                    "Transfer-Encoding: chunked\r\n",
                                    "1\r\n[\r\n1\r\n]\r\n0\r\n\r\n");
                        case 2 -> RawRequest.get("/livez").bytes();
                        case 3 -> RawRequest.post("/nowhere").chunks("a", "b").bytes();
                        default -> Wire.post(proxy, Wire.INFERENCE, "Content-Length: 2\r\n", "[}");
                    });
        }
        RawClient client = proxy.client().send(Bytes.join(requests));

        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            statuses.add(client.readResponse().status());
        }
        assertThat(statuses).isEqualTo(repeated(List.of(200, 200, 200, 404, 400), 4));
    }

    @ParameterizedTest(name = "{0} bytes at a time")
    @ValueSource(ints = {1, 13, 100})
    void aRowThatIsCutAnywhereIsTheSameRow(int step) throws Exception {
        Bytes row = Bytes.join(List.of(
                Wire.call(proxy, "[1]").bytes(),
                RawRequest.post(Wire.INFERENCE).json("[2]").bytes(),
                Wire.post(proxy, Wire.INFERENCE, "Transfer-Encoding: chunked\r\n", "3\r\n[3]\r\n0\r\nA: b\r\n\r\n"),
                RawRequest.get("/livez").bytes()));
        RawClient client = proxy.client();
        for (int from = 0; from < row.length(); from += step) {
            client.send(row.slice(from, Math.min(row.length(), from + step)));
        }

        assertThat(bodyOf(client.readResponse())).isEqualTo("[1]");
        RawResponse refused = client.readResponse();
        assertThat(refused.status()).isEqualTo(401);
        if (!refused.headers().contains("Connection")) {
            assertThat(bodyOf(client.readResponse())).isEqualTo("[3]");
            assertThat(client.readResponse().text()).isEqualTo("ok\n");
        }
    }

    @Test
    void aMalformedRequestBehindAGoodOneIsRefusedAfterItsAnswer() throws Exception {
        RawClient client = proxy.client()
                .send(Wire.call(proxy, "[1]")
                        .bytes()
                        .plus(Bytes.ofLatin1("GET / HTTP/1.1\r\nHost : x\r\n\r\n"))
                        .plus(RawRequest.get("/files/smuggled").bytes()));

        assertThat(bodyOf(client.readResponse())).isEqualTo("[1]");
        assertThat(client.readResponse().status()).isEqualTo(400);
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        assertThat(proxy.upstream().requestCount()).isEqualTo(1);
    }

    @Test
    void whatStandsBehindConnectionCloseIsNotRun() throws Exception {
        RawClient client = proxy.client()
                .send(Wire.call(proxy, "[1]")
                        .header("Connection", "close")
                        .bytes()
                        .plus(RawRequest.get("/files/smuggled").bytes()));

        RawResponse response = client.readResponse();

        assertThat(bodyOf(response)).isEqualTo("[1]");
        assertThat(response.header("Connection")).contains("close");
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        assertThat(proxy.upstream().requestCount()).isEqualTo(1);
    }

    @Test
    void twoHundredInARowAreAnsweredWhileTheClientReads() throws Exception {
        RawRequest request = RawRequest.post(Wire.FILES).body("b".repeat(50));
        RawClient client = proxy.client();
        for (int i = 0; i < 200; i++) {
            client.send(request.header("X-Number", "n" + i));
        }

        for (int i = 0; i < 200; i++) {
            assertThat(client.readResponse().text()).contains("\"n" + i + "\"");
        }
    }

    private static String bodyOf(RawResponse echo) {
        String text = echo.text();
        String mark = "\"bodyBase64\":\"";
        int from = text.indexOf(mark) + mark.length();
        return new String(
                Base64.getDecoder().decode(text.substring(from, text.indexOf('"', from))), StandardCharsets.UTF_8);
    }

    private static List<Integer> repeated(List<Integer> statuses, int times) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.addAll(statuses);
        }
        return all;
    }
}
