package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TlsOptionsTest {

    private static final TlsOptions DEFAULT = TlsOptions.DEFAULT;
    private static final Optional<Path> FILE = Optional.of(Path.of("a.pem"));

    @Test
    void isOffUntilThereIsACertificate() {
        assertThat(DEFAULT)
                .isEqualTo(new TlsOptions(
                        Optional.empty(),
                        Optional.empty(),
                        Secret.none(),
                        Map.of(),
                        Duration.ofSeconds(10),
                        Duration.ZERO,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(DEFAULT.isOn()).isFalse();
        assertThat(DEFAULT.withCertificate(Path.of("a"), Path.of("b")).isOn()).isTrue();
    }

    @Test
    void takesBothFilesOrNone() {
        assertThatThrownBy(() -> files(FILE, Optional.empty()))
                .hasMessage("private-key: not set (expected: the file with the key of certificate)");
        assertThatThrownBy(() -> files(Optional.empty(), FILE))
                .hasMessage("certificate: not set (expected: the file with the certificate of private-key)");
    }

    private static TlsOptions files(Optional<Path> certificate, Optional<Path> privateKey) {
        return new TlsOptions(
                certificate,
                privateKey,
                Secret.none(),
                Map.of(),
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatNeedsTlsIsRefusedWithoutIt() {
        assertThatThrownBy(() -> DEFAULT.withClientCa(Path.of("a")))
                .hasMessageStartingWith("client-ca: set without TLS");
        assertThatThrownBy(() -> DEFAULT.withClientCrl(Path.of("a")))
                .hasMessage("client-crl: set without client-ca (expected: both, or none)");
        assertThatThrownBy(() -> DEFAULT.withHsts(Duration.ofDays(1)))
                .hasMessage("hsts: set without TLS (expected: certificate and private-key too)");
        assertThatThrownBy(() -> DEFAULT.withRedirectPort(80)).hasMessageStartingWith("redirect-port: set without TLS");
        assertThatThrownBy(
                        () -> DEFAULT.withCertificates(Map.of("a", CertificateOptions.of(Path.of("a"), Path.of("b")))))
                .hasMessageStartingWith("certificates: set without TLS");
    }

    @Test
    void changesOneThingAtATime() {
        Map<String, CertificateOptions> more = Map.of("a", CertificateOptions.of(Path.of("c"), Path.of("d")));
        TlsOptions changed = DEFAULT.withCertificate(Path.of("a"), Path.of("b"))
                .withPrivateKeyPassword(Secret.of("c"))
                .withCertificates(more)
                .withReloadInterval(Duration.ofSeconds(1))
                .withHsts(Duration.ofSeconds(2))
                .withRedirectPort(3)
                .withClientCa(Path.of("a.pem"))
                .withClientCrl(Path.of("a.pem"));

        assertThat(changed)
                .isEqualTo(new TlsOptions(
                        Optional.of(Path.of("a")),
                        Optional.of(Path.of("b")),
                        Secret.of("c"),
                        more,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Optional.of(3),
                        FILE,
                        FILE));
    }

    @Test
    void doesNotShowThePassphrase() {
        assertThat(DEFAULT.withPrivateKeyPassword(Secret.of("open sesame")).toString())
                .doesNotContain("sesame");
    }
}
