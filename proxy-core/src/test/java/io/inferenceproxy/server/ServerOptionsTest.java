package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Cidr;
import io.inferenceproxy.units.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {

    private static final ServerOptions DEFAULT = ServerOptions.DEFAULT;

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(DEFAULT)
                .isEqualTo(new ServerOptions(
                        "127.0.0.1",
                        8080,
                        "",
                        List.of(),
                        DataSize.ofBytes(16_384),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(75),
                        20_000,
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        CorsOptions.DEFAULT,
                        TlsOptions.DEFAULT,
                        Http2Options.DEFAULT));
    }

    @Test
    void changesOneThingAtATime() {
        CorsOptions cors = CorsOptions.DEFAULT.withOrigins(List.of("*"));

        TlsOptions tls = TlsOptions.DEFAULT.withCertificate(Path.of("a.pem"), Path.of("a.key"));

        Http2Options http2 =
                Http2Options.DEFAULT.withH2c(true).withMaxStreams(3).withEnabled(false);

        ServerOptions changed = DEFAULT.withHost("::1")
                .withPort(1)
                .withBaseUrl("https://api.example/v1")
                .withTrustedProxies("10.0.0.0/8")
                .withMaxHead(DataSize.ofKilobytes(2))
                .withHeadTimeout(Duration.ofSeconds(3))
                .withBodyTimeout(Duration.ofSeconds(4))
                .withWriteTimeout(Duration.ofSeconds(5))
                .withKeepAliveTimeout(Duration.ofSeconds(6))
                .withMaxConnections(7)
                .withMaxBuffered(DataSize.ofMegabytes(64))
                .withDrainDelay(Duration.ofSeconds(8))
                .withDrainTimeout(Duration.ofSeconds(9))
                .withCors(cors)
                .withTls(tls)
                .withHttp2(http2);

        assertThat(changed)
                .isEqualTo(new ServerOptions(
                        "::1",
                        1,
                        "https://api.example/v1",
                        List.of(Cidr.parse("10.0.0.0/8")),
                        DataSize.ofKilobytes(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        7,
                        Optional.of(DataSize.ofMegabytes(64)),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(9),
                        cors,
                        tls,
                        http2));
    }

    @Test
    void aSlashAtTheEndOfTheBaseUrlIsLeftOut() {
        assertThat(DEFAULT.withBaseUrl("https://api.example/").baseUrl()).isEqualTo("https://api.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.example", "ftp://api.example", "https://", "https://a/?q", "https://a/#f", "https://a b"})
    void aBaseUrlIsAnHttpUrlWithoutQuery(String url) {
        assertThatThrownBy(() -> DEFAULT.withBaseUrl(url))
                .hasMessage("base-url: " + url + " (expected: an http or https URL without query or fragment)");
    }

    @Test
    void refusesWhatMakesNoSense() {
        Duration none = Duration.ZERO;
        Duration negative = Duration.ofSeconds(-1);

        assertThatThrownBy(() -> DEFAULT.withHost("a\nb")).hasMessageStartingWith("host: has a control character");
        assertThatThrownBy(() -> DEFAULT.withPort(-1)).hasMessage("port: -1 (expected: 0 to 65535)");
        assertThatThrownBy(() -> DEFAULT.withPort(70_000)).hasMessage("port: 70000 (expected: 0 to 65535)");
        assertThatThrownBy(() -> DEFAULT.withTrustedProxies("proxy.example")).hasMessageStartingWith("network: proxy");
        assertThatThrownBy(() -> DEFAULT.withMaxHead(DataSize.ofBytes(1_023)))
                .hasMessage("max-head: 1023B (expected: at least 1KB)");
        assertThatThrownBy(() -> DEFAULT.withMaxHead(DataSize.ofMegabytes(2)))
                .hasMessage("max-head: 2MB (expected: at most 1MB)");
        assertThatThrownBy(() -> DEFAULT.withHeadTimeout(none)).hasMessage("head-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withBodyTimeout(none)).hasMessage("body-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withWriteTimeout(none))
                .hasMessage("write-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withKeepAliveTimeout(none))
                .hasMessage("keep-alive-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withMaxConnections(0))
                .hasMessage("max-connections: 0 (expected: 1 to 1000000)");
        assertThatThrownBy(() -> DEFAULT.withMaxBuffered(DataSize.ofKilobytes(1_023)))
                .hasMessage("max-buffered: 1023KB (expected: at least 1MB)");
        assertThatThrownBy(() -> DEFAULT.withMaxBuffered(DataSize.ofMegabytes((1 << 20) + 1)))
                .hasMessage("max-buffered: 1048577MB (expected: at most 1024GB)");
        assertThatThrownBy(() -> DEFAULT.withDrainDelay(negative))
                .hasMessage("drain-delay: -1s (expected: 0s or more)");
        assertThatThrownBy(() -> DEFAULT.withDrainTimeout(negative))
                .hasMessage("drain-timeout: -1s (expected: 0s or more)");
    }
}
