package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.SlowSend;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunked content (RFC 9112 section 7.1): good chunks in odd pieces, and every bad one. */
class ChunkedUploadTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String GOOD = "2\r\n[1\r\n1\r\n,\r\n9\r\n2,\"drei\"]\r\n0\r\n\r\n";
    private static final String CONTENT = "[1,2,\"drei\"]";

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource
    void aBrokenChunkIsRefusedAndNothingWholeGoesOn(String chunks, String target) throws Exception {
        Wire.refusedAndClosed(proxy, Wire.post(proxy, target, CHUNKED, chunks), 400);
    }

    static Stream<Arguments> aBrokenChunkIsRefusedAndNothingWholeGoesOn() {
        String end = "\r\n0\r\n\r\n";
        List<String> broken = new ArrayList<>();
        for (String size : List.of(
                "0x5",
                "+5",
                "-5",
                "-0",
                "5\u0000",
                "",
                " 5",
                "\t5",
                "10000000000000005",
                "FFFFFFFFFFFFFFFFF",
                "zz",
                "5g",
                "hello",
                "5,5",
                "5.0",
                "\u00d9\u00a5",
                "5\u000b",
                "0x0",
                ";",
                ";a=b",
                "7FFFFFFFFFFFFFFF",
                "8000000000000000")) {
            broken.add(size + "\r\n[123]" + end);
        }
        broken.addAll(List.of(
                "5\r\n[123]XX" + end,
                "3\r\n[123]" + end,
                "5\r\n[123]\n0\r\n\r\n",
                "5\r\n[123]\r0\r\n\r\n",
                "5\r\n[123]0\r\n\r\n",
                "5\n[123]" + end,
                "5\r[123]" + end,
                "5\r\r\n[123]" + end,
                "5;a\nb\r\n[123]" + end,
                "5;a\rb\r\n[123]" + end,
                "5;a=\"\n\"\r\n[123]" + end,
                "5;a\u0000\r\n[123]" + end,
                "5\r\n[123]\r\n0\n\n",
                "5\r\n[123]\r\n0\r\n\n",
                "5\r\n[123]\r\n0\r\nX y: z\r\n\r\n",
                "5\r\n[123]\r\n0\r\nno field\r\n\r\n",
                "5\r\n[123]\r\n0\r\n: empty\r\n\r\n",
                "5\r\n[123]\r\n0\r\nA: b\nC: d\r\n\r\n",
                "5\r\n[123]\r\n0\r\nA: b\u0000\r\n\r\n"));
        return broken.stream()
                .flatMap(chunks -> Stream.of(arguments(chunks, Wire.FILES), arguments(chunks, Wire.INFERENCE)));
    }

    @ParameterizedTest(name = "{0} bytes at a time")
    @ValueSource(ints = {1, 2, 3, 7})
    void goodChunksArriveWholeHoweverTheyAreCut(int step) throws Exception {
        for (String target : List.of(Wire.FILES, Wire.INFERENCE)) {
            RawClient client = proxy.client();
            SlowSend slow = client.sendSlowly(Wire.post(proxy, target, CHUNKED, GOOD));
            while (slow.remaining() > 0) {
                slow.next(step);
            }

            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(proxy.upstream().awaitRequest(Wire.SOON).bodyText()).isEqualTo(CONTENT);
        }
    }

    @Test
    void eachPlaceOfACutIsAsGoodAsAnother() throws Exception {
        Bytes request = Wire.post(proxy, Wire.FILES, CHUNKED, GOOD);
        for (int cut = request.length() - GOOD.length() - 4; cut < request.length(); cut++) {
            RawClient client = proxy.client();
            client.send(request.slice(0, cut)).send(request.slice(cut, request.length()));

            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(proxy.upstream().awaitRequest(Wire.SOON).bodyText()).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "5;a\r\n[123]\r\n0\r\n\r\n",
                "5;a=b;c=\"d e\"\r\n[123]\r\n0;last\r\n\r\n",
                "0005\r\n[123]\r\n000\r\n\r\n",
                "a\r\n[12345678]\r\n0\r\n\r\n",
                "A\r\n[12345678]\r\n0\r\n\r\n"
            })
    void extensionsAndZerosAndCapitalsAreGoodChunks(String chunks) throws Exception {
        RawResponse response = proxy.client()
                .send(Wire.post(proxy, Wire.FILES, CHUNKED, chunks))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.bodyText()).startsWith("[123").endsWith("]");
        assertThat(received.bodyText()).doesNotContain(";");
    }

    @Test
    void aQuotedLineEndInAnExtensionDoesNotHideARequest() throws Exception {
        String chunks = "5;a=\"\r\n[123]\r\n0\r\n\r\nGET /files/smuggled HTTP/1.1\r\nHost: x\r\n\r\n\"\r\n";

        Wire.refusedAndClosed(proxy, Wire.post(proxy, Wire.FILES, CHUNKED, chunks), 400);
    }

    @Test
    void anExtensionOf70KilobytesIsRefused() throws Exception {
        String chunks = "5;" + "a".repeat(70_000) + "\r\n[123]\r\n0\r\n\r\n";

        Wire.refusedAndClosed(proxy, Wire.post(proxy, Wire.FILES, CHUNKED, chunks), 400);
    }

    @Test
    void threeThousandExtensionsAreIgnored() throws Exception {
        String chunks = "1;a=b\r\n1\r\n".repeat(3_000) + "0\r\n\r\n";
        RawResponse response = proxy.client()
                .send(Wire.post(proxy, Wire.FILES, CHUNKED, chunks))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).bodyText()).isEqualTo("1".repeat(3_000));
    }

    @Test
    void trailersAreDropped() throws Exception {
        String chunks = String.join(
                "\r\n",
                "5",
                "[123]",
                "0",
                "X-Forwarded-User: admin",
                "Host: evil",
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
                "X-Sum: 6",
                "Authorization: Bearer x",
                "",
                "");
        RawClient client = proxy.client().send(Wire.post(proxy, Wire.FILES, CHUNKED, chunks));

        assertThat(client.readResponse().status()).isEqualTo(200);
        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.trailers().fields()).isEmpty();
        assertThat(received.headers().names()).doesNotContain("X-Forwarded-User", "X-Sum");
        assertThat(received.header("Host")).isNotEqualTo(Optional.of("evil"));
        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().status()).isEqualTo(200);
    }

    @Test
    void trailersOf200KilobytesAreNotGathered() throws Exception {
        String chunks = "5\r\n[123]\r\n0\r\n" + ("X-Fill: " + "x".repeat(1_000) + "\r\n").repeat(200) + "\r\n";
        RawClient client = proxy.client();
        try {
            client.send(Wire.post(proxy, Wire.FILES, CHUNKED, chunks));
            assertThat(client.readResponse().status()).isIn(400, 431);
        } catch (SocketException cutWhileSending) {
            assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        }
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aChunkThatIsTooLargeToBeTakenIsRefusedUnread() throws Exception {
        RawClient client =
                proxy.client().send(Wire.post(proxy, Wire.INFERENCE, CHUNKED, "7FFFFFFF\r\n" + "1".repeat(2 << 20)));

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(413);
        Wire.assertProblem(response);
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Content-Length: 10\r\n", CHUNKED})
    void aBodyThatIsResetHalfwayIsNeverAWholeOneUpstream(String framing) throws Exception {
        RawClient client = proxy.client().send(Wire.post(proxy, Wire.FILES, framing, "5\r\n[123]\r\n".substring(0, 9)));
        proxy.upstream().awaitHead(Wire.SOON);

        client.reset();

        await().atMost(Wire.SOON)
                .until(() -> proxy.upstream().incompleteRequests().size() == 1);
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Content-Length: 10\r\n", CHUNKED})
    void aBodyThatEndsEarlyIsNeverAWholeOneUpstream(String framing) throws Exception {
        RawClient client = proxy.client().send(Wire.post(proxy, Wire.FILES, framing, "5\r\n[123]\r\n".substring(0, 9)));
        proxy.upstream().awaitHead(Wire.SOON);

        client.halfClose();

        await().atMost(Wire.SOON)
                .until(() -> proxy.upstream().incompleteRequests().size() == 1);
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aBodyWithoutChunksIsEmptyAndGoesOnAsSuch() throws Exception {
        RawRequest empty = RawRequest.post(Wire.FILES).chunks();

        assertThat(proxy.client().send(empty).readResponse().status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).bodyLength()).isZero();
    }
}
