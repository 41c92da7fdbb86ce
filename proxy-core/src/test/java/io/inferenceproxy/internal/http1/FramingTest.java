package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.internal.http1.HeadScanner.FirstLine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the framing fields come to, for those of the scanner and for those of another decoder. */
class FramingTest {

    private static List<Framing> of(String... namesAndValues) {
        StringBuilder lines = new StringBuilder("GET / HTTP/1.1\r\n");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.append(namesAndValues[i])
                    .append(": ")
                    .append(namesAndValues[i + 1])
                    .append("\r\n");
        }
        HeadScanner scanner = new HeadScanner(FirstLine.REQUEST, 1 << 16);
        Pieces.feed(scanner, lines.append("\r\n").toString());
        return List.of(Framing.of(scanner.fields()), Framing.of(Headers.of(namesAndValues)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "42", "000000000000000007", "999999999999999999"})
    void aLengthHasOneToEighteenDigits(String length) {
        assertThat(of("content-LENGTH", length))
                .allMatch(framing -> framing.lengths() == 1 && framing.length() == Long.parseLong(length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+7",
                "-7",
                "-0",
                "0x7",
                "7,7",
                "7, 7",
                "7 7",
                "7;",
                "7.0",
                "\"7\"",
                "seven",
                "1000000000000000000",
                "0000000000000000007",
                "18446744073709551623",
                "9223372036854775808",
                "\u00b2",
                "7\u00a0",
                "/",
                ":"
            })
    void anythingElseIsNoLength(String length) {
        assertThat(of("Content-Length", length))
                .allMatch(framing -> framing.lengths() == 1 && framing.length() == Framing.UNKNOWN);
    }

    @Test
    void twoLengthsAreNone() {
        assertThat(of("Content-Length", "7", "content-length", "7"))
                .allMatch(framing -> framing.lengths() == 2 && framing.length() == Framing.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
    void chunkedIsReadInAnyCase(String coding) {
        assertThat(of("Transfer-Encoding", coding)).allMatch(Framing::isChunkedAlone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "chunked, chunked",
                "gzip, chunked",
                "chunked, gzip",
                "chunked,",
                ",chunked",
                "\"chunked\"",
                "xchunked",
                "chunkedx",
                "chunked;q=1",
                "chun\u00ebed",
                "chun[ed",
                "chunKed\u00a0"
            })
    void anyOtherCodingIsNotChunkedAlone(String coding) {
        assertThat(of("Transfer-Encoding", coding))
                .allMatch(framing -> framing.codings() == 1 && !framing.isChunkedAlone());
    }

    @Test
    void chunkedTwiceIsNotAlone() {
        assertThat(of("Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked"))
                .allMatch(framing -> framing.codings() == 2 && !framing.isChunkedAlone());
    }

    @Test
    void hostsAreCounted() {
        assertThat(of("Host", "a", "HOST", "b")).allMatch(framing -> framing.hosts() == 2);
        assertThat(of("Host", "a:80"))
                .allMatch(framing -> framing.hosts() == 1 && framing.host().equals("a:80"));
        assertThat(of("Hosts", "a", "X-Host", "b"))
                .allMatch(framing -> framing.hosts() == 0 && framing.host().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "x,close", " close ,x", "x,,\tclose", "keep-alive, close"})
    void closeIsFoundAmongTheOptions(String connection) {
        assertThat(of("Connection", connection)).allMatch(Framing::closes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "closed", "x close", "clos", "close;x", "\u00e7lose"})
    void whatIsNotAnOptionDoesNotClose(String connection) {
        assertThat(of("Connection", connection)).noneMatch(Framing::closes);
    }

    @Test
    void allConnectionFieldsCount() {
        assertThat(of("Connection", "x", "connection", "close", "Connection", "keep-alive"))
                .allMatch(framing -> framing.closes() && framing.keepsAlive());
    }

    @Test
    void oneExpectationCanBeMet() {
        assertThat(of("Expect", "100-Continue"))
                .allMatch(framing -> framing.expectations() == 1 && framing.expectsContinue());
        assertThat(of("Expect", "100-continue", "Expect", "100-continue"))
                .allMatch(framing -> framing.expectations() == 2 && !framing.expectsContinue());
        assertThat(of("Expect", "101-continue")).noneMatch(Framing::expectsContinue);
    }

    @Test
    void anOldWebSocketIsKnownByItsKey() {
        assertThat(of("Sec-WebSocket-Key1", "1")).allMatch(Framing::hasOldWebSocket);
        assertThat(of("Sec-WebSocket-Key2", "1")).noneMatch(Framing::hasOldWebSocket);
    }

    @Test
    void namesOfTheSameLengthAreOthers() {
        assertThat(of("Xost", "a", "Content-Lengtx", "7", "Transfer-Encodinx", "chunked", "Xonnection", "close"))
                .allMatch(framing ->
                        framing.hosts() == 0 && framing.lengths() == 0 && framing.codings() == 0 && !framing.closes());
    }
}
