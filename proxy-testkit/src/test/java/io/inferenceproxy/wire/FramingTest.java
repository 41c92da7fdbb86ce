package io.inferenceproxy.wire;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests whose end two servers could see in two places (RFC 9112 section 6): all refused, on every kind of route. */
class FramingTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String SMUGGLED = "GET /files/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource
    void aLengthThatIsNotClearIsRefused(String lines, String target) throws Exception {
        Wire.refusedAndClosed(proxy, Wire.post(proxy, target, lines, "{\"a\":1}" + SMUGGLED), 400);
    }

    static Stream<Arguments> aLengthThatIsNotClearIsRefused() {
        return onEachRoute(
                "Content-Length: 7\r\nContent-Length: 11\r\n",
                "Content-Length: 7\r\nContent-Length: 7\r\n",
                "Content-Length: 7\r\ncontent-length: 0\r\n",
                "Content-Length: 7, 11\r\n",
                "Content-Length: 7, 7\r\n",
                "Content-Length: 7,\r\n",
                "Content-Length: +7\r\n",
                "Content-Length: -0\r\n",
                "Content-Length: -7\r\n",
                "Content-Length: 0x7\r\n",
                "Content-Length: 0_7\r\n",
                "Content-Length: 7 7\r\n",
                "Content-Length: 7.0\r\n",
                "Content-Length: 7;\r\n",
                "Content-Length: \"7\"\r\n",
                "Content-Length: seven\r\n",
                "Content-Length:\r\n",
                "Content-Length: 18446744073709551623\r\n",
                "Content-Length: 9223372036854775808\r\n",
                "Content-Length: 0000000000000000007\r\n",
                "Content-Length: \u00d9\u00a7\r\n",
                "Content-Length: \u000b7\r\n",
                "Content-Length: \u00a07\r\n",
                "Content-Length : 7\r\n",
                "Content-Length:\r\n 7\r\n");
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource
    void aTransferCodingOtherThanChunkedAloneIsRefused(String lines, String target) throws Exception {
        String body = "7\r\n{\"a\":1}\r\n0\r\n\r\n";
        Wire.refusedAndClosed(proxy, Wire.post(proxy, target, lines, body + SMUGGLED), 400, 501);
    }

    static Stream<Arguments> aTransferCodingOtherThanChunkedAloneIsRefused() {
        return onEachRoute(
                "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding\t: chunked\r\n",
                "Transfer-Encoding:\u000bchunked\r\n",
                "Transfer-Encoding:\u000cchunked\r\n",
                "Transfer-Encoding: \"chunked\"\r\n",
                "Transfer-Encoding: 'chunked'\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: identity, chunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked, chunked\r\n",
                "Transfer-Encoding: chunked, gzip\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: gzip\r\n",
                "Transfer-Encoding: chunked,\r\n",
                "Transfer-Encoding: ,chunked\r\n",
                "Transfer-Encoding: chunked;q=1\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunkedx\r\n",
                "Transfer-Encoding: chunk\r\n",
                "Transfer-Encoding:\r\n",
                "Transfer-Encoding: chun\u00e2\u0084\u00aaed\r\n",
                "Transfer-Encoding: \u00a0chunked\r\n",
                "Transfer-Encoding: chunked\u0000\r\n",
                "Transfer-Encoding:\r\n chunked\r\n",
                "X: y\r\n Transfer-Encoding: chunked\r\n",
                "X: y\rTransfer-Encoding: chunked\r\n",
                "X: y\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nSec-WebSocket-Key1: 4\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aTransferCodingInHttp10IsRefused(String lines) throws Exception {
        Bytes request = Bytes.ofLatin1("POST /files/one HTTP/1.0\r\nHost: localhost\r\n" + lines
                + "\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n" + SMUGGLED);

        Wire.refusedAndClosed(proxy, request, 400, 501);
    }

    static Stream<String> aTransferCodingInHttp10IsRefused() {
        return Stream.of(
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n");
    }

    private static Stream<Arguments> onEachRoute(String... lines) {
        List<Arguments> cases = new ArrayList<>();
        for (String line : lines) {
            cases.add(arguments(line, Wire.FILES));
            cases.add(arguments(line, Wire.INFERENCE));
        }
        return cases.stream();
    }
}
