package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Refusals that need no body: what the client still sends is never run as a request (CVE-2025-4366), and answers arrive. */
class EarlyAnswerTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    /** A head that is refused, without its end: the way its body is framed follows. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(401, "POST /api/inference", "Content-Type: application/json\r\n"),
                arguments(
                        401,
                        "POST /api/inference",
                        "Content-Type: application/json\r\nAuthorization: Bearer x.y.z\r\n"),
                arguments(403, "POST /vault/gold", "Content-Type: application/json\r\nAuthorization: TOKEN\r\n"),
                arguments(404, "POST /nowhere", ""),
                arguments(405, "DELETE /api/inference", ""),
                arguments(405, "POST /livez", ""),
                arguments(415, "POST /api/inference", "Content-Type: text/plain\r\nAuthorization: TOKEN\r\n"),
                arguments(400, "POST /api/inference", "Authorization: TOKEN\r\nX-API-Key: k\r\n"));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("refusals")
    void aBodyThatHasComeIsNotRunAsARequestAndTheConnectionGoesOn(int status, String line, String fields)
            throws Exception {
        String body = smuggled();
        RawClient client = proxy.client()
                .send(head(line, fields, "Content-Length: " + body.length()).plus(Bytes.ofLatin1(body)));

        RawResponse refusal = client.readResponse();
        assertThat(refusal.status()).isEqualTo(status);
        Wire.assertProblem(refusal);
        assertThat(refusal.header("Connection")).isEmpty();
        assertThat(client.send(Wire.call(proxy, "[7]")).readResponse().text())
                .contains(Bytes.ofUtf8("[7]").base64());
        assertThat(proxy.upstream().requestCount()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("refusals")
    void aChunkedBodyThatHasComeIsNotRunAsARequestEither(int status, String line, String fields) throws Exception {
        String body = smuggled();
        String chunks = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        RawClient client = proxy.client()
                .send(head(line, fields, "Transfer-Encoding: chunked").plus(Bytes.ofLatin1(chunks)));

        assertThat(client.readResponse().status()).isEqualTo(status);
        assertThat(client.send(Wire.call(proxy, "[7]")).readResponse().text())
                .contains(Bytes.ofUtf8("[7]").base64());
        assertThat(proxy.upstream().requestCount()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("refusals")
    void aBodyThatComesAfterTheAnswerIsThrownAway(int status, String line, String fields) throws Exception {
        String body = smuggled();
        RawClient client = proxy.client().send(head(line, fields, "Content-Length: " + (body.length() + 5)));

        RawResponse refusal = client.readResponse();
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.header("Connection")).contains("close");
        client.send(body + "12345" + body);

        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aBodyThatIsTooLargeByItsOwnWordIsRefusedUnread() throws Exception {
        RawClient client =
                proxy.client().send(Wire.post(proxy, Wire.INFERENCE, "Content-Length: 3000000000\r\n", "[1,"));

        RawResponse refusal = client.readResponse();

        assertThat(refusal.status()).isEqualTo(413);
        Wire.assertProblem(refusal);
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aClientThatSendsAlmostAMegabyteOnReadsTheAnswerFirstAndIsNotReset() throws Exception {
        RawClient client = proxy.client().send(head("POST /api/inference", "", "Content-Length: 3000000"));

        for (int i = 0; i < 9; i++) {
            client.send("x".repeat(100_000));
        }

        assertThat(client.readResponse().status()).isEqualTo(401);
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aClientThatSendsMoreThanAMegabyteOnIsCutOff() throws Exception {
        RawClient client = proxy.client().send(head("POST /api/inference", "", "Content-Length: 30000000"));

        assertThat(client.readResponse().status()).isEqualTo(401);

        assertThat(sentUntilCutOff(client, 300)).isLessThan(300);
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aClientThatDoesNotLeaveIsLeftAfterASecond() throws Exception {
        RawClient client = proxy.client().send(head("POST /api/inference", "", "Content-Length: 30"));

        assertThat(client.readResponse().status()).isEqualTo(401);

        await().atMost(Wire.SOON).until(() -> proxy.server().connections() == 0);
        assertThat(proxy.upstream().requests()).isEmpty();
    }

    /** How many times 100 kB go out before the proxy has had enough. */
    private static int sentUntilCutOff(RawClient client, int most) {
        for (int i = 0; i < most; i++) {
            try {
                client.send("x".repeat(100_000));
            } catch (IOException cutOff) {
                return i;
            }
        }
        return most;
    }

    private static String smuggled() {
        return "GET /files/smuggled HTTP/1.1\r\nHost: x\r\nAuthorization: " + Wire.bearer(proxy) + "\r\n\r\n";
    }

    private static Bytes head(String line, String fields, String framing) {
        return Bytes.ofLatin1(line + " HTTP/1.1\r\nHost: localhost\r\n" + fields.replace("TOKEN", Wire.bearer(proxy))
                + framing + "\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aRequestInsideTheBodyOfAnyMethodIsContent(String method) throws Exception {
        RawClient client = proxy.client()
                .send(RawRequest.of(method, Wire.FILES).body(smuggled()))
                .send(RawRequest.get("/files/own"));
        RawResponse first = method.equals("HEAD") ? client.readResponseToHead() : client.readResponse();

        if (!first.headers().contains("Connection")) {
            assertThat(client.readResponse().status()).isEqualTo(200);
        }

        assertThat(proxy.upstream().requests())
                .allMatch(request -> !request.target().contains("smuggled"));
        assertThat(proxy.upstream().requests()).hasSize(method.equals("OPTIONS") ? 1 : 2);
    }

    static Stream<String> aRequestInsideTheBodyOfAnyMethodIsContent() {
        return Stream.of("GET", "HEAD", "OPTIONS", "DELETE", "PUT", "POST");
    }
}
