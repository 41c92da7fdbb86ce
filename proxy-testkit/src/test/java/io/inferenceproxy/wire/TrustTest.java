package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.units.Cidr;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom header fields may speak for: the proxy says who calls and from where, clients do not (contract 3.1 and 3.5). */
/** Which fields are believed and which are not; over 300 lines because each has its disguises. */
class TrustTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    @RegisterExtension
    static final ProxyExtension limited = ProxyExtension.create();

    @RegisterExtension
    static final ProxyExtension trusting = ProxyExtension.with(
            builder -> builder.listen(listen -> listen.withTrustedProxies(List.of(Cidr.parse("127.0.0.0/8")))));

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "X-Forwarded-User: admin\r\n",
                "x-forwarded-user: admin\r\n",
                "X-FORWARDED-USER: admin\r\n",
                "X-Forwarded-User: admin\r\nX-Forwarded-User: admin\r\n",
                "X_Forwarded_User: admin\r\n",
                "X-Forwarded_User: admin\r\n",
                "X_FORWARDED_USER: admin\r\n",
                "X-Forwarded-Issuer: admin\r\n",
                "X_Forwarded-Issuer: admin\r\n",
                "X-Forwarded-Email: admin\r\n",
                "X-Forwarded-Groups: admin\r\n",
                "X-Forwarded-Preferred-Username: admin\r\n",
                "X-Auth-Request-User: admin\r\n",
                "X-Remote-User: admin\r\n",
                "Remote-User: admin\r\n",
                "REMOTE_USER: admin\r\n",
                "Connection: close, X-Forwarded-User\r\nX-Forwarded-User: admin\r\n"
            })
    void whoCallsIsSaidByTheProxyAlone(String fields) throws Exception {
        assertThat(proxy.client()
                        .send(Wire.post(proxy, Wire.INFERENCE, fields + "Content-Length: 2\r\n", "{}"))
                        .readResponse()
                        .status())
                .isEqualTo(200);
        ReceivedRequest known = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(known.headers().all("X-Forwarded-User")).containsExactly("alice");
        assertThat(known.head().latin1()).doesNotContain("admin");

        assertThat(proxy.client()
                        .send(Wire.post(proxy, Wire.FILES, fields + "Content-Length: 2\r\n", "{}"))
                        .readResponse()
                        .status())
                .isEqualTo(200);
        ReceivedRequest anonymous = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(anonymous.headers().contains("X-Forwarded-User")).isFalse();
        assertThat(anonymous.head().latin1()).doesNotContain("admin");
    }

    @Test
    void aSubjectBeyondAsciiGoesUpstreamPercentEncoded() throws Exception {
        RawRequest call = RawRequest.post(Wire.INFERENCE)
                .header("Authorization", "Bearer " + proxy.token("zo\u00eb 100%"))
                .json("{}");

        proxy.client().send(call).readResponse();

        assertThat(proxy.upstream().awaitRequest(Wire.SOON).header("X-Forwarded-User"))
                .contains("zo%C3%AB%20100%25");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "close, X-Forwarded-User",
                "X-Forwarded-User, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host",
                "Via, X-Request-Id, traceparent",
                "Content-Length, Host",
                "Authorization",
                "Transfer-Encoding, Connection",
                "keep-alive, Content-Length"
            })
    void namingOurFieldsInConnectionDoesNotRemoveThem(String names) throws Exception {
        RawResponse response = proxy.client()
                .send(Wire.call(proxy, "[1,2]").header("Connection", names))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.bodyText()).isEqualTo("[1,2]");
        assertThat(received.headers().names())
                .contains(
                        "X-Forwarded-User",
                        "X-Forwarded-For",
                        "X-Forwarded-Proto",
                        "X-Forwarded-Host",
                        "Via",
                        "X-Request-Id",
                        "traceparent",
                        "Host")
                .doesNotContain("Connection", "Authorization");
    }

    @Test
    void fieldsThatTheClientNamesInConnectionEndHere() throws Exception {
        RawRequest call = Wire.call(proxy, "[1]")
                .header("Connection", "X-Mine, keep-alive")
                .header("Connection", "x-more")
                .header("X-Mine", "1")
                .header("X-More", "2")
                .header("X-Rest", "3")
                .header("Keep-Alive", "timeout=5")
                .header("TE", "trailers")
                .header("Trailer", "X-Sum")
                .header("Proxy-Connection", "keep-alive");

        proxy.client().send(call).readResponse();

        assertThat(proxy.upstream().awaitRequest(Wire.SOON).headers().names())
                .contains("X-Rest")
                .doesNotContain("X-Mine", "X-More", "Keep-Alive", "TE", "Trailer", "Proxy-Connection", "Connection");
    }

    @Test
    void whereACallComesFromIsSaidByTheProxyAlone() throws Exception {
        RawRequest request = RawRequest.get(Wire.FILES)
                .header("Host", "public.example")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Forwarded-For", "203.0.113.8")
                .header("X_Forwarded_For", "203.0.113.9")
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Port", "443")
                .header("Forwarded", "for=203.0.113.10")
                .header("X-Real-IP", "203.0.113.11")
                .header("X-Client-IP", "203.0.113.12")
                .header("True-Client-IP", "203.0.113.13")
                .header("CF-Connecting-IP", "203.0.113.14");

        proxy.client().send(request).readResponse();

        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.headers().all("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(received.headers().all("X-Forwarded-Proto")).containsExactly("http");
        assertThat(received.headers().all("X-Forwarded-Host")).containsExactly("public.example");
        assertThat(received.head().latin1()).doesNotContain("203.0.113", "evil.example", "X-Forwarded-Port");
        assertThat(received.header("Via")).contains("1.1 inference-proxy");
    }

    @Test
    void whatATrustedProxySaysIsBelievedAndAppendedTo() throws Exception {
        RawRequest call = Wire.call(trusting, "[1]")
                .header("X-Forwarded-For", "203.0.113.7")
                .header("X-Forwarded-User", "admin")
                .header("X-Forwarded-Proto", "https")
                .header("Forwarded", "for=203.0.113.7");

        trusting.client().send(call).readResponse();

        ReceivedRequest received = trusting.upstream().awaitRequest(Wire.SOON);
        assertThat(received.header("X-Forwarded-For")).contains("203.0.113.7, 127.0.0.1");
        assertThat(received.header("X-Forwarded-Proto").orElse("")).startsWith("https");
        assertThat(received.header("Forwarded").orElse("")).startsWith("for=203.0.113.7, for=127.0.0.1");
        assertThat(received.headers().all("X-Forwarded-User")).containsExactly("alice");
    }

    @Test
    void refusedTokensAreCountedByTheRealPeerWhateverItSays() throws Exception {
        RawClient client = limited.client();
        int refused = 0;
        for (int i = 0; i < 25; i++) {
            RawRequest attempt = RawRequest.post(Wire.INFERENCE)
                    .header("Authorization", "Bearer a.b.c" + i)
                    .header("X-Forwarded-For", "203.0.113." + i)
                    .header("X-Real-IP", "198.51.100." + i)
                    .json("{}");
            refused += client.send(attempt).readResponse().status() == 401 ? 1 : 0;
        }

        assertThat(refused).isEqualTo(20);
        assertThat(client.send(Wire.call(limited, "{}")).readResponse().status())
                .isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"", "a b", "${jndi:ldap://evil.example/a}", "a\"b", "a,b", "a;b", "\u00e9", "a\tb", "<a>", "LONG"
            })
    void aRequestIdThatCouldDoHarmIsReplaced(String id) throws Exception {
        String sent = id.equals("LONG") ? "a".repeat(129) : id;
        RawResponse response = proxy.client()
                .send(Wire.call(proxy, "{}").header("X-Request-Id", sent))
                .readResponse();

        String made = response.header("X-Request-Id").orElseThrow();
        assertThat(made).matches("[A-Za-z0-9._:/+=@-]{1,128}").isNotEqualTo(sent);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).headers().all("X-Request-Id"))
                .containsExactly(made);
        assertThat(proxy.awaitReport(made).status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a", "A-Z_a.z:0/9+=@-", "LONG"})
    void aRequestIdThatIsFitIsInTheAnswerTheProblemAndUpstream(String id) throws Exception {
        String sent = id.equals("LONG") ? "a".repeat(128) : id;
        RawClient client = proxy.client();

        RawResponse good =
                client.send(Wire.call(proxy, "{}").header("X-Request-Id", sent)).readResponse();
        RawResponse bad = client.send(RawRequest.post(Wire.INFERENCE).json("{}").header("X-Request-Id", sent))
                .readResponse();

        assertThat(good.headers().all("X-Request-Id")).containsExactly(sent);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).header("X-Request-Id"))
                .contains(sent);
        assertThat(bad.headers().all("X-Request-Id")).containsExactly(sent);
        assertThat(bad.text()).contains("\"instance\":\"urn:request:" + sent + "\"", "\"requestId\":\"" + sent + "\"");
    }

    @Test
    void aTraceIsCarriedOn() throws Exception {
        proxy.client()
                .send(Wire.call(proxy, "{}").header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"))
                .readResponse();

        assertThat(traceparents()).singleElement().asString().startsWith("00-" + TRACE + "-");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "nonsense",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01-${jndi:x}"
            })
    void aBadTraceIsReplaced(String trace) throws Exception {
        proxy.client().send(Wire.call(proxy, "{}").header("traceparent", trace)).readResponse();

        assertThat(traceparents())
                .singleElement()
                .asString()
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
                .doesNotContain(TRACE);
    }

    private static List<String> traceparents() {
        return proxy.upstream().awaitRequest(Wire.SOON).headers().all("traceparent");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Cookie", "cookie", "Proxy-Authorization", "Proxy-Anything", "X_API_Key", "Proxy"})
    void credentialsOfTheCallerDoNotGoUpstream(String name) throws Exception {
        RawResponse response = proxy.client()
                .send(Wire.call(proxy, "{}").header(name, "treasure"))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).head().latin1())
                .doesNotContain("treasure", "Bearer", "Authorization");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"Authorization", "authorization", "X-API-Key", "Cookie", "Proxy-Authorization"})
    void credentialsDoNotGoUpstreamOnAnOpenRouteEither(String name) throws IOException {
        proxy.client().send(RawRequest.get(Wire.FILES).header(name, "treasure")).readResponse();

        assertThat(proxy.upstream().awaitRequest(Wire.SOON).head().latin1()).doesNotContain("treasure");
    }

    @Test
    void nothingIsSentTwiceOnceItWasWritten() throws Exception {
        proxy.upstream().on("/predict", Answer.text("first"), Fault.RESET_AFTER_REQUEST, Answer.text("again"));
        RawClient client = proxy.client();
        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().text()).isEqualTo("first");

        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().status()).isEqualTo(502);

        assertThat(proxy.upstream().requestCount()).isEqualTo(2);
    }

    @Test
    void aConnectionThatTheUpstreamClosedWhileIdleIsNotUsedAgain() throws Exception {
        RawClient client = proxy.client();
        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().status()).isEqualTo(200);

        proxy.upstream().closeIdleConnections();
        proxy.upstream().awaitNoOpenConnections(Wire.SOON);

        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().status()).isEqualTo(200);
        assertThat(proxy.upstream().requestCount()).isEqualTo(2);
    }
}
