package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.SlowSend;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of a request's head (RFC 9112 sections 2 to 5): what is not by the letter is refused, and closes. */
class HeadTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String HOST = "Host: localhost\r\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aHeadThatIsNotWellFormedIsRefused(String head) throws Exception {
        Wire.refusedAndClosed(proxy, Bytes.ofLatin1(head), 400);
    }

    static Stream<String> aHeadThatIsNotWellFormedIsRefused() {
        String line = "GET /files/one HTTP/1.1\r\n";
        Stream<String> lineEnds = Stream.of(
                "GET /files/one HTTP/1.1\nHost: localhost\n\n",
                line + "Host: localhost\n\r\n",
                line + HOST + "A: b\nC: d\r\n\r\n",
                line + HOST + "A: b\rC: d\r\n\r\n",
                line + HOST + "A: b\r\r\n\r\n",
                line + HOST + "\r\r\r\n\r\n",
                line + "Host: localhost\r\r\r\nA: b\r\n\r\n",
                "GET /files/one HTTP/1.1\r\r\n" + HOST + "\r\n");
        Stream<String> controls = Stream.of(
                line + HOST + "A: b\u0000c\r\n\r\n",
                line + HOST + "A: b\u000bc\r\n\r\n",
                line + HOST + "A: b\u0001c\r\n\r\n",
                line + HOST + "A: b\u007fc\r\n\r\n",
                "\u0001" + line + HOST + "\r\n",
                "\u0000" + line + HOST + "\r\n",
                " " + line + HOST + "\r\n",
                "\t" + line + HOST + "\r\n",
                "GET /files/\u0000one HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /files/one\u000b HTTP/1.1\r\n" + HOST + "\r\n",
                "GET\u00a0/files/one HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /files/\u00e9ne HTTP/1.1\r\n" + HOST + "\r\n");
        Stream<String> folds = Stream.of(
                line + HOST + "A: b\r\n c\r\n\r\n",
                line + HOST + "A: b\r\n\tc\r\n\r\n",
                line + " " + HOST + "\r\n",
                line + " A: b\r\n" + HOST + "\r\n",
                line + HOST + "A: b\r\n \r\n\r\n");
        Stream<String> names = Stream.of(
                line + HOST + "X A: v\r\n\r\n",
                line + HOST + ": v\r\n\r\n",
                line + HOST + "X[]: v\r\n\r\n",
                line + HOST + "X\u00e9: v\r\n\r\n",
                line + HOST + "X\t: v\r\n\r\n",
                line + HOST + "X : v\r\n\r\n",
                line + HOST + "\u0000X: v\r\n\r\n",
                line + HOST + "X\"Y: v\r\n\r\n",
                line + HOST + "(X): v\r\n\r\n",
                line + HOST + "X@Y: v\r\n\r\n",
                line + HOST + "no colon\r\n\r\n",
                line + HOST + "nocolon\r\n\r\n");
        Stream<String> startLines = Stream.of(
                "GET /files/one\r\n" + HOST + "\r\n",
                "GET  /files/one HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /files/one  HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /files/one HTTP/1.1 \r\n" + HOST + "\r\n",
                "GET\t/files/one HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /files/one two HTTP/1.1\r\n" + HOST + "\r\n",
                "G@T /files/one HTTP/1.1\r\n" + HOST + "\r\n",
                "G[T /files/one HTTP/1.1\r\n" + HOST + "\r\n",
                "G\u00c9T /files/one HTTP/1.1\r\n" + HOST + "\r\n",
                "GET\r\n" + HOST + "\r\n",
                "garbage\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n");
        return Stream.of(lineEnds, controls, folds, names, startLines).flatMap(all -> all);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "HTTP/2.0",
                "HTTP/1.2",
                "HTTP/0.9",
                "HTTP/3.0",
                "HTTP/11.1",
                "HTTP/1.10",
                "http/1.1",
                "HTTP/1",
                "HTTP/1.1x",
                "HTTPS/1.1",
                "ICY/1.1",
                "HTTP/1,1",
                "HTTP/+1.1"
            })
    void anotherVersionIsRefused(String version) throws Exception {
        Wire.refusedAndClosed(proxy, Bytes.ofLatin1("GET /files/one " + version + "\r\n" + HOST + "\r\n"), 400, 505);
    }

    @Test
    void thePrefaceOfHttp2IsRefusedAsAnotherVersion() throws Exception {
        Wire.refusedAndClosed(proxy, Bytes.ofLatin1("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
    }

    @Test
    void aTargetThatIsTooLongIsRefused() throws Exception {
        Bytes request = RawRequest.get("/files/" + "a".repeat(17_000)).bytes();

        assertThat(Wire.refusedAndClosed(proxy, request, 414).text()).contains("target-too-long");
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {17_000, 200_000})
    void aFieldThatIsTooLongIsRefused(int length) throws Exception {
        Bytes request =
                RawRequest.get(Wire.FILES).header("A", "b".repeat(length)).bytes();

        assertThat(Wire.refusedAndClosed(proxy, request, 431).text()).contains("headers-too-large");
    }

    @Test
    void aHeadWhoseFieldsAreTooLongTogetherIsRefused() throws Exception {
        RawRequest request = RawRequest.get(Wire.FILES);
        for (int i = 0; i < 100; i++) {
            request = request.header("A" + i, "b".repeat(200));
        }

        Wire.refusedAndClosed(proxy, request.bytes(), 431);
    }

    @Test
    void moreThan200FieldsAreRefused() throws Exception {
        RawRequest request = RawRequest.get(Wire.FILES);
        for (int i = 0; i < 200; i++) {
            request = request.header("A", "b");
        }

        Wire.refusedAndClosed(proxy, request.bytes(), 431);
    }

    @Test
    void emptyLinesBeforeARequestAreSkipped() throws Exception {
        RawClient client = proxy.client().send("\r\n\r\n").send(RawRequest.get(Wire.FILES));

        assertThat(client.readResponse().status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0} bytes at a time")
    @ValueSource(ints = {1, 2, 5})
    void aHeadArrivesWholeHoweverItIsCut(int step) throws Exception {
        RawClient client = proxy.client();
        SlowSend slow = client.sendSlowly(RawRequest.get(Wire.FILES)
                .header("X-Long", "v".repeat(300))
                .header("X-Empty", "")
                .bytes());
        while (slow.remaining() > 0) {
            slow.next(step);
        }

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).header("X-Long")).contains("v".repeat(300));
    }

    @Test
    void valuesBeyondAsciiPassByteForByte() throws Exception {
        StringBuilder beyond = new StringBuilder();
        for (char c = 0x80; c <= 0xff; c++) {
            beyond.append(c);
        }
        RawRequest request =
                RawRequest.get(Wire.FILES).header("X-Odd", "a" + beyond + "z").header("X-Tab", "a\tb");

        assertThat(proxy.client().send(request).readResponse().status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).head().latin1())
                .contains("X-Odd: a" + beyond + "z\r\n", "X-Tab: a\tb\r\n");
    }

    @Test
    void fieldsOfOneNameStayApartAndInOrder() throws Exception {
        RawRequest request = RawRequest.get(Wire.FILES)
                .header("Accept", "a")
                .header("X", "1")
                .header("accept", "b");

        proxy.client().send(request).readResponse();

        assertThat(proxy.upstream().awaitRequest(Wire.SOON).headers().all("Accept"))
                .containsExactly("a", "b");
    }
}
