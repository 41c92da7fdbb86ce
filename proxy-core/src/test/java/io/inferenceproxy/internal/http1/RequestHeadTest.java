package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.internal.http1.HeadScanner.Outcome;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the head of a request is judged to mean, and what is refused about it. */
class RequestHeadTest {

    private static final int LONGEST = 8 << 10;
    private static final String HOST = "Host: a\r\n";

    private final RequestHeads heads = new RequestHeads(LONGEST);

    private RequestHead read(String head) {
        Outcome outcome = Pieces.feed(heads.scanner(), head + "\r\n");
        assertThat(outcome).isNotEqualTo(Outcome.MORE);
        return heads.read(outcome);
    }

    private RequestHead get(String fields) {
        return read("GET / HTTP/1.1\r\n" + fields);
    }

    private ProblemType problemOf(String head) {
        return Objects.requireNonNull(read(head).problem(), head).type();
    }

    @Test
    void aGoodHeadSaysWhatItSays() {
        RequestHead head = read("POST /a%41?b=c HTTP/1.1\r\nHost: a:80\r\nContent-Length: 7\r\nA: b\r\n");

        assertThat(head.problem()).isNull();
        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.target()).isEqualTo(new RequestTarget("/aA", "?b=c"));
        assertThat(head.authority()).isEqualTo("a:80");
        assertThat(head.http10()).isFalse();
        assertThat(head.keepAlive()).isTrue();
        assertThat(head.length()).isEqualTo(7);
        assertThat(head.headers().first("a")).contains("b");
    }

    @Test
    void theBodyIsAsLongAsTheFieldsSay() {
        assertThat(get(HOST).length()).isZero();
        assertThat(get(HOST + "Content-Length: 0\r\n").length()).isZero();
        assertThat(get(HOST + "Content-Length: 999999999999999999\r\n").length())
                .isEqualTo(999999999999999999L);
        assertThat(get(HOST + "Transfer-Encoding: chunked\r\n").length()).isEqualTo(RequestHead.CHUNKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 1\r\n",
                "Content-Length: 1, 1\r\n",
                "Content-Length:\r\n",
                "Content-Length: 1234567890123456789\r\n",
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: x\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding:\r\n",
                "Sec-WebSocket-Key1: 1\r\n"
            })
    void aLengthThatIsNotClearIsRefused(String fields) {
        assertThat(problemOf("GET / HTTP/1.1\r\n" + HOST + fields)).isEqualTo(ProblemType.MALFORMED_REQUEST);
    }

    @Test
    void http10HasNoTransferCoding() {
        assertThat(problemOf("POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n"))
                .isEqualTo(ProblemType.MALFORMED_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:", "a:80", "a:65535", "127.0.0.1", "[::1]", "[::1]:80", "a_b-c.d~", "%41"})
    void aHostIsANameOrAnAddress(String host) {
        assertThat(get("Host: " + host + "\r\n").authority()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a/b",
                "a@b",
                "a:65536",
                "a:999999",
                "a:x",
                "a:-1",
                "a:b:1",
                ":80",
                "[::1",
                "::1",
                "[::1]x",
                "[]",
                "[g::1]",
                "a\\b",
                "a?",
                "a#",
                "\u00e9",
                "<a>",
                "a\"",
                "[::1]:x"
            })
    void anythingElseIsNoHost(String host) {
        assertThat(problemOf("GET / HTTP/1.1\r\nHost: " + host + "\r\n")).isEqualTo(ProblemType.MALFORMED_REQUEST);
    }

    @Test
    void thereIsOneHost() {
        assertThat(problemOf("GET / HTTP/1.1\r\n")).isEqualTo(ProblemType.MALFORMED_REQUEST);
        assertThat(problemOf("GET / HTTP/1.1\r\n" + HOST + HOST)).isEqualTo(ProblemType.MALFORMED_REQUEST);
        assertThat(problemOf("GET / HTTP/1.0\r\n" + HOST + HOST)).isEqualTo(ProblemType.MALFORMED_REQUEST);
        assertThat(problemOf("GET http://a/ HTTP/1.1\r\n")).isEqualTo(ProblemType.MALFORMED_REQUEST);
    }

    @Test
    void onlyHttp10GoesWithoutAHost() {
        RequestHead head = read("GET / HTTP/1.0\r\n");

        assertThat(head.problem()).isNull();
        assertThat(head.authority()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://b/c?d, /c, ?d, b",
        "HTTPS://b:8/, /, '', b:8",
        "http://b, /, '', b",
        "http://b?d, /, ?d, b",
        "*, *, '', a"
    })
    void aTargetMayNameItsHost(String target, String path, String query, String authority) {
        RequestHead head = read("OPTIONS " + target + " HTTP/1.1\r\n" + HOST);

        assertThat(head.target()).isEqualTo(new RequestTarget(path, query));
        assertThat(head.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "*",
                "ftp://b/",
                "http://",
                "http:///",
                "http://u@b/",
                "//",
                "/..",
                "/a;b",
                "/%",
                "/%00",
                "/\u00e9",
                "/#",
                "http://b/..",
                "@b",
                "?a",
                "http:/b"
            })
    void aTargetThatIsNotClearIsRefused(String target) {
        assertThat(problemOf("GET " + target + " HTTP/1.1\r\n" + HOST)).isEqualTo(ProblemType.MALFORMED_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/2.0, HTTP_VERSION_NOT_SUPPORTED",
        "HTTP/1.2, HTTP_VERSION_NOT_SUPPORTED",
        "HTTP/0.9, HTTP_VERSION_NOT_SUPPORTED",
        "http/1.1, MALFORMED_REQUEST",
        "HTTP/1.10, MALFORMED_REQUEST",
        "HTTP/11, MALFORMED_REQUEST",
        "HTTP/1:1, MALFORMED_REQUEST",
        "HTTP/a.1, MALFORMED_REQUEST",
        "ICAP/1.0, MALFORMED_REQUEST"
    })
    void theVersionIsOneThatWeSpeak(String version, ProblemType problem) {
        assertThat(problemOf("GET / " + version + "\r\n" + HOST)).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT a:443", "TRACE /", "CONNECT /"})
    void methodsForOtherEndsAreNotServed(String methodAndTarget) {
        assertThat(problemOf(methodAndTarget + " HTTP/1.1\r\n" + HOST)).isEqualTo(ProblemType.NOT_IMPLEMENTED);
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
        assertThat(read("GET / " + version + "\r\n" + HOST + "Connection: " + connection + "\r\n")
                        .keepAlive())
                .isEqualTo(kept);
    }

    @Test
    void onlyOneExpectationIsKnown() {
        assertThat(get(HOST + "Expect: 100-continue\r\n").expectsContinue()).isTrue();
        assertThat(get(HOST).expectsContinue()).isFalse();
        assertThat(read("GET / HTTP/1.0\r\nExpect: 100-continue\r\n").expectsContinue())
                .isFalse();
        assertThat(problemOf("GET / HTTP/1.1\r\n" + HOST + "Expect: x\r\n")).isEqualTo(ProblemType.EXPECTATION_FAILED);
        assertThat(problemOf("GET / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nExpect: 100-continue\r\n"))
                .isEqualTo(ProblemType.EXPECTATION_FAILED);
    }

    @Test
    void twoHundredFieldsAreEnough() {
        assertThat(get(HOST + "a: b\r\n".repeat(199)).problem()).isNull();
        assertThat(problemOf("GET / HTTP/1.1\r\n" + HOST + "a: b\r\n".repeat(200)))
                .isEqualTo(ProblemType.HEADERS_TOO_LARGE);
    }

    @Test
    void whatIsTooLongIsToldFromWhatIsBroken() {
        assertThat(problemOf("GET /" + "a".repeat(LONGEST))).isEqualTo(ProblemType.TARGET_TOO_LONG);
        assertThat(problemOf("GET / HTTP/1.1\r\nA: " + "b".repeat(LONGEST))).isEqualTo(ProblemType.HEADERS_TOO_LARGE);
        assertThat(problemOf("GET / HTTP/1.1\r\nA : b\r\n")).isEqualTo(ProblemType.MALFORMED_REQUEST);
    }

    @Test
    void eachRefusalClosesAndALogCanSayWhy() {
        Problem problem = Objects.requireNonNull(get(" A: b\r\n").problem());

        assertThat(problem.closing()).isTrue();
        assertThat(problem.reason()).isEqualTo("a line that begins with white space");
        assertThat(problem.detail()).doesNotContain("A: b");
        assertThat(get(HOST + HOST).problem()).matches(refused -> refused.closing());
        assertThat(RequestHead.tooSlow().problem()).matches(refused -> refused.closing());
    }

    @Test
    void aLineThatComesAgainIsReadAgain() {
        RequestHead first = read("GET /a HTTP/1.1\r\n" + HOST);
        RequestHead same = read("GET /a HTTP/1.1\r\nHost: b\r\n");
        RequestHead longer = read("GET /aa HTTP/1.1\r\n" + HOST);
        RequestHead refused = read("GET /.. HTTP/1.1\r\n" + HOST);
        RequestHead refusedAgain = read("GET /.. HTTP/1.1\r\n" + HOST);

        assertThat(same.target()).isSameAs(first.target());
        assertThat(same.authority()).isEqualTo("b");
        assertThat(longer.target().path()).isEqualTo("/aa");
        assertThat(refusedAgain.problem()).isEqualTo(refused.problem()).isNotNull();
    }

    @Test
    void longLinesAreReadEachTime() {
        String path = "/" + "a".repeat(600);

        assertThat(read("GET " + path + " HTTP/1.1\r\n" + HOST).target().path()).isEqualTo(path);
        assertThat(read("GET " + path + "b HTTP/1.1\r\n" + HOST).target().path())
                .isEqualTo(path + "b");
    }

    @Test
    void whatAnotherDecoderTookApartIsJudgedTheSame() {
        RequestHead good = RequestHead.of("GET", "/a", "HTTP/1.1", 1, Headers.of("Host", "a"));
        RequestHead bad = RequestHead.of("GE T", "/a", "HTTP/1.1", 1, Headers.of("Host", "a"));
        RequestHead crowded = RequestHead.of("GET", "/a", "HTTP/1.1", 201, Headers.of("Host", "a"));

        assertThat(good.problem()).isNull();
        assertThat(good.target().path()).isEqualTo("/a");
        assertThat(bad.problem()).extracting(Problem::type).isEqualTo(ProblemType.MALFORMED_REQUEST);
        assertThat(crowded.problem()).extracting(Problem::type).isEqualTo(ProblemType.HEADERS_TOO_LARGE);
    }
}
