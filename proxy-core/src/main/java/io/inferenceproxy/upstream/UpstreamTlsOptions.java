package io.inferenceproxy.upstream;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS towards the {@code https} addresses of an upstream. They are always verified; this says by whom, as whom, and who we
 * are.
 */
public record UpstreamTlsOptions(
        @Setting("PEM file with the authorities whose certificates are believed, in place of those that Java trusts")
        Optional<Path> ca,

        @Setting("PEM file with our own certificate, behind it those of its issuers, for services that ask for one")
        Optional<Path> certificate,

        @Setting("PEM file with the private key of our certificate")
        Optional<Path> privateKey,

        @Setting("Passphrase of the private key, when it has one")
        Secret privateKeyPassword,

        @Setting("Name that the service is asked for (SNI) and must prove to have; the host of the address if not set")
        Optional<String> serverName) {

    /** What holds when nothing is configured. */
    public static final UpstreamTlsOptions DEFAULT = new UpstreamTlsOptions(
            Optional.empty(), Optional.empty(), Optional.empty(), Secret.none(), Optional.empty());

    public UpstreamTlsOptions {
        if (certificate.isPresent() && privateKey.isEmpty()) {
            throw new IllegalArgumentException("private-key: not set (expected: the file with the key of certificate)");
        }
        if (certificate.isEmpty() && privateKey.isPresent()) {
            throw new IllegalArgumentException(
                    "certificate: not set (expected: the file with the certificate of private-key)");
        }
        serverName.ifPresent(name -> {
            Require.printable(name, "server-name");
            if (!name.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")) {
                throw new IllegalArgumentException("server-name: " + name + " (expected: the name of a host)");
            }
        });
    }

    /** Believing these authorities alone. */
    public UpstreamTlsOptions withCa(Path ca) {
        return new UpstreamTlsOptions(Optional.of(ca), certificate, privateKey, privateKeyPassword, serverName);
    }

    /** With our own certificate and its key. */
    public UpstreamTlsOptions withCertificate(Path certificate, Path privateKey) {
        return new UpstreamTlsOptions(
                ca, Optional.of(certificate), Optional.of(privateKey), privateKeyPassword, serverName);
    }

    public UpstreamTlsOptions withPrivateKeyPassword(Secret privateKeyPassword) {
        return new UpstreamTlsOptions(ca, certificate, privateKey, privateKeyPassword, serverName);
    }

    /** Asking for that name, and believing who proves to have it. */
    public UpstreamTlsOptions withServerName(String serverName) {
        return new UpstreamTlsOptions(ca, certificate, privateKey, privateKeyPassword, Optional.of(serverName));
    }
}
