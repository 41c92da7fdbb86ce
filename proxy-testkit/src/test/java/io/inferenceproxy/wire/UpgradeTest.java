package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Upgrade} (RFC 9110 section 7.8): never forwarded, and bytes behind it are requests like any others. */
class UpgradeTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String H2C =
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
    private static final String WEB_SOCKET =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                H2C,
                WEB_SOCKET,
                "Upgrade: h2c\r\n",
                "Connection: upgrade\r\nUpgrade: TLS/1.0\r\n",
                "Upgrade: a, b, h2c\r\nConnection: close, Upgrade\r\n"
            })
    void anUpgradeIsNotForwarded(String fields) throws Exception {
        RawResponse response = proxy.client()
                .send("GET /files/one HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n")
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().contains("Upgrade")).isFalse();
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).headers().names())
                .doesNotContain("Upgrade", "Connection", "HTTP2-Settings");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {H2C, WEB_SOCKET})
    void bytesBehindAnUpgradeDoNotGoUpstream(String fields) throws Exception {
        RawClient client = proxy.client()
                .send("GET /files/one HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n"
                        + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000");

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.readResponse().status()).isEqualTo(505);
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        assertThat(proxy.upstream().requests()).hasSize(1);
        assertThat(proxy.upstream().incompleteRequests()).isEmpty();
    }
}
