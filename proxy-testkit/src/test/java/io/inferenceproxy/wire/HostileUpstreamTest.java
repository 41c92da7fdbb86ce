package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Ending;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.Raw;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** An upstream that breaks the rules (RFC 9112 section 6.3): a problem or a cut, and never someone else's answer. */
class HostileUpstreamTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {
                "SILENCE",
                "BAD_CHUNK",
                "CUT_BODY",
                "CUT_CHUNKED_BODY",
                "RESET_IN_BODY",
                "SURPLUS_BYTES",
                "BODY_AFTER_204"
            })
    void anAnswerThatIsNoneIsABadGateway(Fault fault) throws Exception {
        proxy.upstream().on("/predict", fault, Answer.text("mine"));

        assertBadGatewayThenMine();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aHeadAgainstTheRulesIsABadGateway(String answer) throws Exception {
        proxy.upstream().on("/predict", Raw.of(answer).withEnding(Ending.HOLD), Answer.text("mine"));

        assertBadGatewayThenMine();
    }

    static Stream<String> aHeadAgainstTheRulesIsABadGateway() {
        return Stream.of(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(200) + OK + "Content-Length: 2\r\n\r\nok",
                OK + "Content-Length: +2\r\n\r\nok",
                OK + "Content-Length: 2, 2\r\n\r\nok",
                OK + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
                OK + "Content-Length: 99999999999999999999\r\n\r\nok",
                OK + "Content-Length:\r\n\r\nok",
                OK + "Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                OK + "Transfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                OK + "Transfer-Encoding:\u000bchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 600 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 -200 OK\r\nContent-Length: 2\r\n\r\nok",
                OK + "X Y: z\r\nContent-Length: 2\r\n\r\nok",
                OK + "Content-Length X: 2\r\n\r\nok",
                OK + ": z\r\nContent-Length: 2\r\n\r\nok",
                OK + "X: a\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                OK + " X: a\r\nContent-Length: 2\r\n\r\nok",
                "ok\r\n\r\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_CHUNK", "CUT_BODY", "CUT_CHUNKED_BODY", "RESET_IN_BODY"})
    void anAnswerThatBreaksOffIsCutOrABadGateway(Fault fault) throws Exception {
        proxy.upstream().on("/predict", fault, Answer.text("mine"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.status() == 502 || response.truncated())
                .as("%s", response)
                .isTrue();
        assertThat(client.isClosedByPeer(Wire.SOON) || response.status() == 502).isTrue();
        assertMineOnAFreshConnection();
    }

    @ParameterizedTest
    @EnumSource(names = {"SURPLUS_BYTES", "BODY_AFTER_204"})
    void surplusBytesAreNobodysAnswer(Fault fault) throws Exception {
        proxy.upstream().on("/predict", fault, Answer.text("mine"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.status()).isIn(200, 204, 502);
        assertThat(response.text()).doesNotContain("evil");
        client.send(Wire.call(proxy, "[2]"));
        assertThat(client.readResponse().text()).isEqualTo("mine");
        assertFreshConnections();
    }

    @Test
    void surplusBytesThatComeLaterAreNobodysAnswer() throws Exception {
        proxy.upstream().on("/predict", Answer.text("first"), Answer.text("mine"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));
        assertThat(client.readResponse().text()).isEqualTo("first");
        int closed = proxy.upstream().closedConnections();

        proxy.upstream().writeToIdleConnections(OK + "Content-Length: 4\r\n\r\nevil");

        await().atMost(Wire.SOON).until(() -> proxy.upstream().closedConnections() > closed);
        client.send(Wire.call(proxy, "[2]"));
        assertThat(client.readResponse().text()).isEqualTo("mine");
        assertFreshConnections();
    }

    @Test
    void surplusBytesBehindABodyThatIsStreamedAreNobodysAnswer() throws Exception {
        String chunked = OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        String evil = OK + "Content-Length: 4\r\n\r\nevil";
        proxy.upstream().on("/predict", Raw.of(chunked + evil).withEnding(Ending.HOLD), Answer.text("mine"));
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]")).send(Wire.call(proxy, "[2]"));

        assertThat(client.readResponse().text()).isEqualTo("ok");
        assertThat(client.readResponse().text()).isEqualTo("mine");
        assertFreshConnections();
    }

    @Test
    void aBodyBehindAnAnswerToHeadIsNobodysAnswer() throws Exception {
        String withBody = OK + "Content-Length: 4\r\n\r\nevil";
        proxy.upstream().otherwise(Raw.of(withBody).withEnding(Ending.HOLD), Answer.text("mine"));
        RawClient client = proxy.client().send(RawRequest.of("HEAD", Wire.FILES));

        assertThat(client.readResponseToHead().header("Content-Length")).contains("4");
        assertThat(client.send(RawRequest.get(Wire.FILES)).readResponse().text())
                .isEqualTo("mine");
        assertFreshConnections();
    }

    @Test
    void silenceIsATimeout() throws Exception {
        proxy.upstream().otherwise(Fault.SILENCE).on("/predict", Answer.text("mine"));

        RawResponse response = proxy.client()
                .send(Wire.post(proxy, Wire.HASTY, "Content-Length: 2\r\n", "[]"))
                .readResponse();

        assertThat(response.status()).isEqualTo(504);
        Wire.assertProblem(response);
        assertMineOnAFreshConnection();
    }

    @Test
    void aConnectionThatIsResetAtOnceIsABadGateway() throws Exception {
        proxy.upstream().resetNextConnections(1);
        proxy.upstream().closeIdleConnections();
        proxy.upstream().awaitNoOpenConnections(Wire.SOON);

        RawResponse response = proxy.client().send(Wire.call(proxy, "[1]")).readResponse();

        assertThat(response.status()).isEqualTo(502);
        Wire.assertProblem(response);
        assertThat(response.headers().contains("Proxy-Status")).isTrue();
    }

    @Test
    void aFaultInTheMiddleOfARowHurtsNoOther() throws Exception {
        proxy.upstream()
                .on(
                        "/predict",
                        Answer.text("a"),
                        Fault.GARBAGE,
                        Answer.text("c"),
                        Fault.RESET_AFTER_REQUEST,
                        Answer.text("e"));
        Bytes one = Wire.call(proxy, "[1]").bytes();
        RawClient client = proxy.client().send(Bytes.join(List.of(one, one, one, one, one)));

        assertThat(client.readResponse().text()).isEqualTo("a");
        assertThat(client.readResponse().status()).isEqualTo(502);
        assertThat(client.readResponse().text()).isEqualTo("c");
        assertThat(client.readResponse().status()).isEqualTo(502);
        assertThat(client.readResponse().text()).isEqualTo("e");
    }

    private static void assertBadGatewayThenMine() throws Exception {
        RawClient client = proxy.client().send(Wire.call(proxy, "[1]"));

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(502);
        Wire.assertProblem(response);
        assertThat(response.header("Proxy-Status").orElse("")).startsWith("inference-proxy; error=");
        assertThat(response.headers().contains("RateLimit")).isFalse();
        assertThat(client.send(RawRequest.get("/livez")).readResponse().text()).isEqualTo("ok\n");
        assertMineOnAFreshConnection();
    }

    /** The next caller gets its own answer, over a connection that the fault has not touched. */
    private static void assertMineOnAFreshConnection() throws Exception {
        RawResponse next = proxy.client().send(Wire.call(proxy, "[2]")).readResponse();

        assertThat(next.status()).isEqualTo(200);
        assertThat(next.text()).isEqualTo("mine");
        assertFreshConnections();
    }

    private static void assertFreshConnections() {
        List<ReceivedRequest> requests = proxy.upstream().requests();
        assertThat(requests).isNotEmpty();
        int last = requests.get(requests.size() - 1).connection();
        assertThat(requests.subList(0, requests.size() - 1)).noneMatch(request -> request.connection() == last);
    }
}
