package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.internal.http1.HeadScanner.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the head of an answer is judged to mean, and what makes an upstream one that cannot be believed. */
class ResponseHeadTest {

    private final ResponseHeads heads = new ResponseHeads();

    private ResponseHead read(String head) {
        Outcome outcome = Pieces.feed(heads.scanner(), head + "\r\n");
        assertThat(outcome).isNotEqualTo(Outcome.MORE);
        return heads.read(outcome);
    }

    private ResponseHead ok(String fields) {
        return read("HTTP/1.1 200 OK\r\n" + fields);
    }

    @Test
    void aGoodHeadSaysWhatItSays() {
        ResponseHead head = ok("Content-Length: 7\r\nA: b\r\n");

        assertThat(head.violation()).isNull();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.length()).isEqualTo(7);
        assertThat(head.bodiless()).isFalse();
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.headers().first("a")).contains("b");
    }

    @Test
    void theBodyEndsWhereTheFieldsOrTheConnectionEndIt() {
        assertThat(ok("Content-Length: 0\r\n").length()).isZero();
        assertThat(ok("Transfer-Encoding: Chunked\r\n").length()).isEqualTo(ResponseHead.CHUNKED);
        assertThat(ok("").length()).isEqualTo(ResponseHead.UNTIL_CLOSE);
        assertThat(ok("").keepAlive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"204", "304", "100", "103", "199"})
    void someStatusesHaveNoBody(int status) {
        ResponseHead head = read("HTTP/1.1 " + status + " x\r\nContent-Length: 7\r\n");

        assertThat(head.violation()).isNull();
        assertThat(head.bodiless()).isTrue();
        assertThat(head.length()).isZero();
    }

    @Test
    void anAnswerToHeadHasALengthAndNoBody() {
        heads.expectAnswerToHead(true);

        assertThat(heads.expectsAnswerToHead()).isTrue();
        assertThat(ok("Content-Length: 7\r\n").bodiless()).isTrue();
        assertThat(ok("Content-Length: 7\r\n").length()).isEqualTo(7);
        assertThat(ok("Transfer-Encoding: chunked\r\n").length()).isEqualTo(ResponseHead.UNTIL_CLOSE);
        assertThat(ok("").keepAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 1\r\n",
                "Content-Length: 1, 1\r\n",
                "Content-Length: +1\r\n",
                "Content-Length:\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: identity\r\n",
                " A: b\r\n",
                "A : b\r\n",
                "A: b\0\r\n"
            })
    void whatIsNotClearIsBroken(String fields) {
        ResponseHead head = ok(fields);

        assertThat(head.violation()).isNotEmpty();
        assertThat(head.bodiless()).isTrue();
        assertThat(head.keepAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 103, 204, 304, 200})
    void aLengthThatIsNoneIsBrokenWhateverTheStatus(int status) {
        assertThat(read("HTTP/1.1 " + status + " x\r\nContent-Length: 1, 1\r\n").violation())
                .isNotNull();
    }

    @Test
    void http10HasNoTransferCoding() {
        assertThat(read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n").violation())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.2",
                "HTTP/2.0",
                "http/1.1",
                "HTTP/1.10",
                "HTTP/11",
                "HTTP/1.1x",
                "ICY",
                "HTTP/0.1",
                "XTTP/1.1"
            })
    void otherVersionsAreNotUnderstood(String version) {
        assertThat(read(version + " 200 OK\r\n").violation()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"99", "099", "600", "999", "20", "2000", "2x0", "abc", "", "-20", "\u00b2\u00b2\u00b2", "0200"})
    void aStatusHasThreeDigitsFrom100To599(String status) {
        assertThat(read("HTTP/1.1 " + status + " x\r\n").violation()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, x, true",
        "HTTP/1.1, close, false",
        "HTTP/1.0, x, false",
        "HTTP/1.0, keep-alive, true",
        "HTTP/1.0, 'keep-alive,close', false"
    })
    void theConnectionIsKeptAsVersionAndFieldSay(String version, String connection, boolean kept) {
        assertThat(read(version + " 200 OK\r\nContent-Length: 0\r\nConnection: " + connection + "\r\n")
                        .keepAlive())
                .isEqualTo(kept);
    }

    @Test
    void aHeadMayHave128Kilobytes() {
        assertThat(ok("a: b\r\n".repeat(20_000)).violation()).isNull();
        assertThat(ok("a: b\r\n".repeat(22_000)).violation()).isEqualTo("the head is too long");
    }

    @Test
    void whatAnotherDecoderTookApartIsJudgedTheSame() {
        assertThat(ResponseHead.of("HTTP/1.1", 200, Headers.of("Content-Length", "7"), false)
                        .length())
                .isEqualTo(7);
        assertThat(ResponseHead.of("HTTP/1.1", 200, Headers.of("Content-Length", "x"), false)
                        .violation())
                .isNotNull();
    }
}
