package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TlsOptionsTest {

    private static final TlsOptions DEFAULT = TlsOptions.DEFAULT;
    private static final Optional<Path> FILE = Optional.of(Path.of("a.pem"));

    @Test
    void isOffUntilThereIsACertificate() {
        assertThat(DEFAULT).isEqualTo(new TlsOptions(Optional.empty(), Optional.empty(), Secret.none()));
        assertThat(DEFAULT.isOn()).isFalse();
        assertThat(DEFAULT.withCertificate(Path.of("a"), Path.of("b")).isOn()).isTrue();
    }

    @Test
    void takesBothFilesOrNone() {
        assertThatThrownBy(() -> new TlsOptions(FILE, Optional.empty(), Secret.none()))
                .hasMessage("private-key: not set (expected: the file with the key of certificate)");
        assertThatThrownBy(() -> new TlsOptions(Optional.empty(), FILE, Secret.none()))
                .hasMessage("certificate: not set (expected: the file with the certificate of private-key)");
    }

    @Test
    void doesNotShowThePassphrase() {
        assertThat(DEFAULT.withPrivateKeyPassword(Secret.of("open sesame")).toString())
                .doesNotContain("sesame");
    }
}
