package io.inferenceproxy.server;

import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;

/**
 * One more certificate of the server, for clients that ask for one of its names (SNI).
 */
public record CertificateOptions(
        @Setting("PEM file with the certificate, behind it those of its issuers")
        Path certificate,

        @Setting("PEM file with its private key") Path privateKey,

        @Setting("Passphrase of the private key, when it has one")
        Secret privateKeyPassword) {

    public static CertificateOptions of(Path certificate, Path privateKey) {
        return new CertificateOptions(certificate, privateKey, Secret.none());
    }

    public CertificateOptions withPrivateKeyPassword(Secret privateKeyPassword) {
        return new CertificateOptions(certificate, privateKey, privateKeyPassword);
    }
}
