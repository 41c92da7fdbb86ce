package io.inferenceproxy.pem;

import static io.inferenceproxy.pem.DerWriter.identifier;
import static io.inferenceproxy.pem.DerWriter.octets;
import static io.inferenceproxy.pem.DerWriter.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertifiedKeyTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final CertifiedKey ISSUER = draft("An issuer", true).selfSigned();
    private static final CertifiedKey SERVER = draft("proxy.example", false).signedBy(ISSUER);

    @TempDir
    private Path directory;

    private static CertificateDraft draft(String subject, boolean authority) {
        return new CertificateDraft(
                subject,
                List.of("proxy.example", "127.0.0.1", "::1"),
                authority,
                NOW.minusSeconds(60),
                NOW.plusSeconds(86_400));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static CertifiedKey read(Path certificate, Path key) {
        return read(certificate, key, Secret.none());
    }

    private static CertifiedKey read(Path certificate, Path key, Secret password) {
        return CertifiedKey.read("server.tls.", certificate, key, password);
    }

    @Test
    void readsAChainAndItsKey() throws Exception {
        CertifiedKey read = read(
                file("chain.pem", "a comment\n" + PemText.of(SERVER.chain())),
                file("key.pem", PemText.of(SERVER.key())));

        assertThat(read).isEqualTo(SERVER);
        assertThat(read.certificate().getSubjectAlternativeNames()).hasSize(3);
        assertThat(read.toString()).isEqualTo("CertifiedKey[CN=proxy.example]");
        read.certificate().verify(ISSUER.certificate().getPublicKey());
    }

    @Test
    void readsAKeyWithAPassphrase() throws Exception {
        Path chain = file("chain.pem", PemText.of(SERVER.chain()));
        Path key = file("key.pem", PemText.of("ENCRYPTED PRIVATE KEY", encrypted(SERVER.key(), "open sesame")));

        assertThat(read(chain, key, Secret.of("open sesame"))).isEqualTo(SERVER);
        assertThatThrownBy(() -> read(chain, key))
                .hasMessage("server.tls.private-key: " + key
                        + ": encrypted (expected: a key without a passphrase, or private-key-password)");
        assertThatThrownBy(() -> read(chain, key, Secret.of("sesame open")))
                .hasMessage("server.tls.private-key: " + key
                        + ": cannot be decrypted (expected: the passphrase of this key, PBES2 with AES)")
                .hasMessageNotContaining("sesame");
    }

    @Test
    void refusesTheKeyOfAnother() throws Exception {
        Path chain = file("chain.pem", PemText.of(SERVER.chain()));
        Path key = file("key.pem", PemText.of(ISSUER.key()));
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        Path ofAnotherKind = file("rsa.pem", PemText.of(rsa.generateKeyPair().getPrivate()));

        for (Path wrong : List.of(key, ofAnotherKind)) {
            assertThatThrownBy(() -> read(chain, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("server.tls.private-key: " + wrong + ": not the key of the certificate in " + chain
                            + " (expected: its own)");
        }
    }

    @Test
    void refusesAChainInAnotherOrder() throws Exception {
        Path chain = file("chain.pem", PemText.of(List.of(ISSUER.certificate(), SERVER.certificate())));
        Path key = file("key.pem", PemText.of(ISSUER.key()));

        assertThatThrownBy(() -> read(chain, key))
                .hasMessage("server.tls.certificate: " + chain
                        + ": certificate 2 is not of the issuer of certificate 1 (expected: one's own first, behind each"
                        + " its issuer's)");
    }

    @Test
    void refusesFilesOfAnotherKindAndQuotesNothing() throws Exception {
        Path chain = file("chain.pem", PemText.of(SERVER.chain()));
        Path key = file("key.pem", PemText.of(SERVER.key()));
        Path broken = file("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIBquoted\n-----END CERTIFICATE-----\n");
        Path brokenKey = file("broken.key", "-----BEGIN PRIVATE KEY-----\nMIIBquoted\n-----END PRIVATE KEY-----\n");
        Path two = file("two.pem", PemText.of(SERVER.key()) + PemText.of(ISSUER.key()));

        assertThatThrownBy(() -> read(key, key))
                .hasMessage("server.tls.certificate: " + key
                        + ": no certificate in it (expected: PEM with BEGIN CERTIFICATE)");
        assertThatThrownBy(() -> read(broken, key))
                .hasMessage("server.tls.certificate: " + broken + ": cannot be read as PEM");
        assertThatThrownBy(() -> read(chain, brokenKey))
                .hasMessageStartingWith("server.tls.private-key: " + brokenKey)
                .hasMessageNotContaining("quoted");
        assertThatThrownBy(() -> read(chain, two)).hasMessageContaining("2 private keys in it (expected: one");
        assertThatThrownBy(() -> read(chain, chain)).hasMessageContaining("0 private keys in it (expected: one");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Path chain = file("chain.pem", PemText.of(SERVER.chain()));
        Path absent = directory.resolve("absent.pem");

        assertThatThrownBy(() -> read(chain, absent))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("server.tls.private-key: " + absent + " cannot be read, there is no such file");
    }

    private static byte[] encrypted(PrivateKey key, String password) throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        SecretKey secret =
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, secret);
        byte[] content = cipher.doFinal(key.getEncoded());
        byte[] parameters = cipher.getParameters().getEncoded();
        return sequence(sequence(identifier("1.2.840.113549.1.5.13"), parameters), octets(content));
    }
}
