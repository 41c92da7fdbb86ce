package io.inferenceproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamOptionsTest {

    private static final UpstreamOptions DEFAULT = UpstreamOptions.DEFAULT;

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(DEFAULT)
                .isEqualTo(new UpstreamOptions(
                        List.of(),
                        Map.of(),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(4),
                        256,
                        1_024,
                        Duration.ofSeconds(10),
                        IdentityOptions.DEFAULT,
                        UpstreamTlsOptions.DEFAULT));
    }

    @Test
    void changesOneThingAtATime() {
        List<URI> urls = List.of(URI.create("https://model.example/v1"));
        Map<String, Secret> headers = Map.of("X-Upstream-Key", Secret.of("abc"));

        UpstreamTlsOptions tls = UpstreamTlsOptions.DEFAULT
                .withCa(Path.of("ca.pem"))
                .withCertificate(Path.of("own.pem"), Path.of("own.key"))
                .withPrivateKeyPassword(Secret.of("def"))
                .withServerName("model.example");

        UpstreamOptions changed = DEFAULT.withUrls(urls)
                .withHeaders(headers)
                .withConnectTimeout(Duration.ofSeconds(1))
                .withFirstByteTimeout(Duration.ofSeconds(2))
                .withStallTimeout(Duration.ofSeconds(3))
                .withIdleTimeout(Duration.ofSeconds(5))
                .withMaxInFlight(6)
                .withMaxQueued(0)
                .withQueueTimeout(Duration.ofSeconds(7))
                .withIdentity(IdentityOptions.DEFAULT.withSubject("X-User"))
                .withTls(tls);

        assertThat(changed)
                .isEqualTo(new UpstreamOptions(
                        urls,
                        headers,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        6,
                        0,
                        Duration.ofSeconds(7),
                        IdentityOptions.DEFAULT.withSubject("X-User"),
                        tls));
    }

    @Test
    void tlsIsByTheBookUnlessToldOtherwise() {
        UpstreamTlsOptions usual = UpstreamTlsOptions.DEFAULT;
        Optional<Path> none = Optional.empty();

        assertThat(usual).isEqualTo(new UpstreamTlsOptions(none, none, none, Secret.none(), Optional.empty()));
        assertThat(UpstreamTls.read("default", usual)).isEqualTo(UpstreamTls.USUAL);
        assertThatThrownBy(() ->
                        new UpstreamTlsOptions(none, Optional.of(Path.of("a")), none, Secret.none(), Optional.empty()))
                .hasMessage("private-key: not set (expected: the file with the key of certificate)");
        assertThatThrownBy(() -> usual.withServerName("a b"))
                .hasMessage("server-name: a b (expected: the name of a host)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://model.example",
                "model.example:8000",
                "/predict",
                "http:///predict",
                "http://user:pass@model.example",
                "http://model.example/?key=abc",
                "http://model.example/#f"
            })
    void aUrlThatIsRefusedIsNotRepeatedSinceItMayHoldAPassword(String url) {
        assertThatThrownBy(() -> DEFAULT.withUrls(List.of(URI.create(url))))
                .hasMessage(
                        "urls: not usable (expected: http or https URLs with a host, without user, query or fragment)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer_encoding", "X-Forwarded-User", "X-Request-Id", "Via"})
    void aFieldThatTheProxySetsItselfCannotBeConfigured(String name) {
        assertThatThrownBy(() -> DEFAULT.withHeaders(Map.of(name, Secret.of("abc"))))
                .hasMessage("headers: " + name + " (expected: a field that the proxy does not set itself)");
    }

    @Test
    void aFieldHasANameAndAPrintableValueThatNoMessageShows() {
        assertThatThrownBy(() -> DEFAULT.withHeaders(Map.of("a b", Secret.of("abc"))))
                .hasMessage("headers: a b (expected: a field name, RFC 9110 section 5.1)");
        assertThatThrownBy(() -> DEFAULT.withHeaders(Map.of("X-Key", Secret.of("abc\r\nX-Other: 1"))))
                .hasMessage("headers: X-Key: has a control character (expected: printable text)");
    }

    @Test
    void refusesWhatMakesNoSense() {
        Duration none = Duration.ZERO;

        assertThatThrownBy(() -> DEFAULT.withConnectTimeout(none))
                .hasMessage("connect-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withFirstByteTimeout(none))
                .hasMessage("first-byte-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withStallTimeout(none))
                .hasMessage("stall-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withIdleTimeout(none)).hasMessage("idle-timeout: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> DEFAULT.withMaxInFlight(0)).hasMessage("max-in-flight: 0 (expected: 1 to 1000000)");
        assertThatThrownBy(() -> DEFAULT.withMaxQueued(-1)).hasMessage("max-queued: -1 (expected: 0 to 1000000)");
        assertThatThrownBy(() -> DEFAULT.withQueueTimeout(none))
                .hasMessage("queue-timeout: 0s (expected: more than 0s)");
    }
}
