package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets, hosts and paths (RFC 9112 section 3.2): what is matched is what is forwarded, and only to our own upstream. */
class TargetTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    @ParameterizedTest(name = "{0}")
    @MethodSource("detours")
    void noDetourLeadsIntoTheVault(String target) throws Exception {
        RawResponse stranger = proxy.client().send(RawRequest.get(target)).readResponse();
        RawResponse known = proxy.client()
                .send(RawRequest.get(target).header("Authorization", Wire.bearer(proxy)))
                .readResponse();

        assertThat(stranger.status()).isIn(400, 401, 404);
        assertThat(known.status()).isIn(400, 403, 404);
        Wire.assertProblem(stranger);
        Wire.assertNothingForwarded(proxy);
    }

    static Stream<String> detours() {
        return Stream.of(
                "/files/../vault/gold",
                "/files/..%2fvault/gold",
                "/files/..%2Fvault%2Fgold",
                "/files/%2e%2e/vault/gold",
                "/files/%2E%2E%2Fvault/gold",
                "/files/.%2e/vault/gold",
                "/files/%2e./vault/gold",
                "/files/%252e%252e/vault/gold",
                "/files/%252e%252e%252fvault/gold",
                "/files/..%252fvault/gold",
                "/files/..;/vault/gold",
                "/files/..;x=y/vault/gold",
                "/files/..%3b/vault/gold",
                "/files/;/../vault/gold",
                "/files/..\\vault\\gold",
                "/files\\..\\vault/gold",
                "/files/..%5cvault/gold",
                "/files/..%5Cvault%5Cgold",
                "/files//../vault/gold",
                "/files/./../vault/gold",
                "/files/one/../../vault/gold",
                "/files/%c0%ae%c0%ae/vault/gold",
                "/files/%e0%80%ae%e0%80%ae/vault/gold",
                "/files/%c0%afvault/gold",
                "/files/%u002e%u002e/vault/gold",
                "/files/..%00/vault/gold",
                "/files/%00/../vault/gold",
                "/files/one%0a/vault/gold",
                "/files/one%0d%0aX-Injected:%20y",
                "/files/..%09/vault/gold",
                "/files/one#/../vault/gold",
                "/files/%",
                "/files/%2",
                "/files/%zz",
                "//vault/gold",
                "///vault/gold",
                "/./vault/gold",
                "/vault/./gold",
                "/vault//gold",
                "/vault/gold;x",
                "/vault;x/gold",
                "/vault%3bx/gold",
                "/%76ault/gold",
                "/%76%61%75%6c%74/%67old",
                "/vault%2fgold",
                "/VAULT/gold",
                "/vault/gold%20",
                "/vault/gold%2f",
                "/vault/",
                "/vault");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "/files/%EF%BC%8E%EF%BC%8E/vault/gold",
                "/files/a%2Fb",
                "/files/a%20b",
                "/files/..a",
                "/files/a..",
                "/files/...",
                "/files/@:!$&'()*+,="
            })
    void aPathThatIsOddButClearGoesOnAsItIs(String target) throws Exception {
        RawResponse response = proxy.client().send(RawRequest.get(target)).readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).target()).isEqualTo("/predict" + target);
    }

    @Test
    void oneSpellingOfAPathIsMatchedAndForwarded() throws Exception {
        proxy.client()
                .send(RawRequest.get("/%66iles/%6fne%2dtwo%c3%a9?q=%41%2e%2E"))
                .readResponse();

        assertThat(proxy.upstream().awaitRequest(Wire.SOON).target())
                .isEqualTo("/predict/files/one-two%C3%A9?q=%41%2e%2E");
    }

    @Test
    void anEncodedLineEndInAQueryStaysEncoded() throws Exception {
        proxy.client()
                .send(RawRequest.get("/files/one?a=%0d%0aX-Injected:%20y"))
                .readResponse();

        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.target()).isEqualTo("/predict/files/one?a=%0d%0aX-Injected:%20y");
        assertThat(received.headers().contains("X-Injected")).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "http://evil.example/files/one",
                "HTTP://evil.example:81/files/one",
                "https://evil.example/files/one",
                "http://[::1]:2/files/one"
            })
    void aTargetInAbsoluteFormStillGoesToOurUpstream(String target) throws Exception {
        RawResponse response = proxy.client().send(RawRequest.get(target)).readResponse();

        assertThat(response.status()).isEqualTo(200);
        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.target()).isEqualTo("/predict/files/one");
        assertThat(received.header("Host")).contains(proxy.upstream().uri().getAuthority());
    }

    @Test
    void aTargetInAbsoluteFormNeedsATokenLikeAnyOther() throws Exception {
        RawResponse response = proxy.client()
                .send(RawRequest.post("http://evil.example/api/inference").json("{}"))
                .readResponse();

        assertThat(response.status()).isEqualTo(401);
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "@evil.example/files/one",
                "evil.example",
                "evil.example:80",
                "files/one",
                "?a=b",
                ".",
                "*",
                "file:///etc/passwd",
                "ftp://evil.example/files/one",
                "gopher://evil.example:25/x",
                "javascript:alert(1)",
                "http://user@evil.example/files/one",
                "http://user:word@evil.example/files/one",
                "http:///files/one",
                "http://",
                "http:/files/one",
                "http://evil.example:99999/files/one",
                "http://evil example/files/one",
                "http://evil.example\\@localhost/files/one",
                "http://[::1/files/one",
                "http://evil.example/files/../vault/gold",
                "\\files\\one"
            })
    void aTargetThatIsNeitherAPathNorAUrlIsRefused(String target) throws Exception {
        Wire.refusedAndClosed(proxy, RawRequest.get(target).bytes(), 400);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "Host: a\r\nHost: b\r\n",
                "Host: a\r\nHost: a\r\n",
                "Host:\r\n",
                "Host: a b\r\n",
                "Host: user@a\r\n",
                "Host: a/b\r\n",
                "Host: http://a\r\n",
                "Host: a:99999\r\n",
                "Host: a:80a\r\n",
                "Host: a:-1\r\n",
                "Host: a:80:80\r\n",
                "Host: [::1\r\n",
                "Host: ::1\r\n",
                "Host: [::1]x\r\n",
                "Host: [evil]\r\n",
                "Host: a\\b\r\n",
                "Host: <a>\r\n",
                "Host: a\"b\r\n",
                "Host: a#b\r\n",
                "Host: a?b\r\n",
                "Host: \u00e4\r\n",
                "Host: :80\r\n"
            })
    void aHostThatIsNoneIsRefused(String host) throws Exception {
        Wire.refusedAndClosed(proxy, Bytes.ofLatin1("GET /files/one HTTP/1.1\r\n" + host + "A: b\r\n\r\n"), 400);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "a",
                "a.example:80",
                "127.0.0.1:8080",
                "[::1]",
                "[::1]:443",
                "a-b_c.example",
                "a.example:",
                "a.example."
            })
    void aHostIsTakenInAnyOfItsForms(String host) throws Exception {
        RawResponse response = proxy.client()
                .send(RawRequest.get(Wire.FILES).header("Host", host))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).header("X-Forwarded-Host"))
                .contains(host);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-Forwarded-Uri",
                "X-Forwarded-Method",
                "X-Original-URI",
                "x-original-url",
                "X_Original_URL",
                "X_HTTP_Method_Override"
            })
    void fieldsThatRewriteARequestAreDropped(String name) throws Exception {
        RawRequest request = RawRequest.get(Wire.FILES).header(name, Wire.VAULT);

        assertThat(proxy.client().send(request).readResponse().status()).isEqualTo(200);

        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.method()).isEqualTo("GET");
        assertThat(received.target()).isEqualTo("/predict/files/one");
        assertThat(received.head().latin1()).doesNotContainIgnoringCase(name).doesNotContain(Wire.VAULT);
    }
}
