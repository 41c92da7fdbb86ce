package io.inferenceproxy.server;

import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS 1.3 and 1.2 on the listener that callers reach; without a certificate it speaks plain HTTP.
 */
public record TlsOptions(
        @Setting("PEM file with the certificate of the server, behind it those of its issuers; without it plain HTTP")
        Optional<Path> certificate,

        @Setting("PEM file with the private key of the certificate: RSA, EC or Ed25519")
        Optional<Path> privateKey,

        @Setting("Passphrase of the private key, when it has one")
        Secret privateKeyPassword) {

    /** What holds when nothing is configured. */
    public static final TlsOptions DEFAULT = new TlsOptions(Optional.empty(), Optional.empty(), Secret.none());

    public TlsOptions {
        if (certificate.isPresent() && privateKey.isEmpty()) {
            throw new IllegalArgumentException("private-key: not set (expected: the file with the key of certificate)");
        }
        if (certificate.isEmpty() && privateKey.isPresent()) {
            throw new IllegalArgumentException(
                    "certificate: not set (expected: the file with the certificate of private-key)");
        }
    }

    /** Whether the listener speaks TLS. */
    public boolean isOn() {
        return certificate.isPresent();
    }

    /** With a certificate and its key. */
    public TlsOptions withCertificate(Path certificate, Path privateKey) {
        return new TlsOptions(Optional.of(certificate), Optional.of(privateKey), privateKeyPassword);
    }

    public TlsOptions withPrivateKeyPassword(Secret privateKeyPassword) {
        return new TlsOptions(certificate, privateKey, privateKeyPassword);
    }
}
