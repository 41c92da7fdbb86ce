package io.inferenceproxy.server;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
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
        Secret privateKeyPassword,

        @Setting("More certificates, by names of your choice, for clients that ask for the hosts in them (SNI);"
                + " all others get the first")
        Map<String, CertificateOptions> certificates,

        @Setting("How often the files are looked at; a change holds for new connections. 0s for never")
        Duration reloadInterval,

        @Setting("How long browsers shall come back by TLS alone (Strict-Transport-Security); 0s for no word of it")
        Duration hsts,

        @Setting("Port of one more listener, plain, that leads callers to the one with TLS; without it there is none")
        Optional<Integer> redirectPort,

        @Setting(
                "PEM file with the authorities of clients: with it, only clients with a certificate of theirs are served")
        Optional<Path> clientCa,

        @Setting(
                "PEM file with the revocation lists of these authorities; each needs one then, and one that is not overdue")
        Optional<Path> clientCrl) {

    /** What holds when nothing is configured. */
    public static final TlsOptions DEFAULT = new TlsOptions(
            Optional.empty(),
            Optional.empty(),
            Secret.none(),
            Map.of(),
            Duration.ofSeconds(10),
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public TlsOptions {
        if (certificate.isPresent() && privateKey.isEmpty()) {
            throw new IllegalArgumentException("private-key: not set (expected: the file with the key of certificate)");
        }
        if (certificate.isEmpty() && privateKey.isPresent()) {
            throw new IllegalArgumentException(
                    "certificate: not set (expected: the file with the certificate of private-key)");
        }
        certificates = Collections.unmodifiableMap(new LinkedHashMap<>(certificates));
        certificates.keySet().forEach(name -> Require.name(name, "certificates"));
        Require.notNegative(reloadInterval, "reload-interval");
        Require.notNegative(hsts, "hsts");
        redirectPort.ifPresent(port -> Require.between(0, 65_535, port, "redirect-port"));
        if (certificate.isEmpty()) {
            requireOff("certificates", !certificates.isEmpty());
            requireOff("hsts", !hsts.isZero());
            requireOff("redirect-port", redirectPort.isPresent());
            requireOff("client-ca", clientCa.isPresent());
        }
        if (clientCrl.isPresent() && clientCa.isEmpty()) {
            throw new IllegalArgumentException("client-crl: set without client-ca (expected: both, or none)");
        }
    }

    private static void requireOff(String key, boolean on) {
        if (on) {
            throw new IllegalArgumentException(key + ": set without TLS (expected: certificate and private-key too)");
        }
    }

    /** Whether the listener speaks TLS. */
    public boolean isOn() {
        return certificate.isPresent();
    }

    /** With a certificate and its key. */
    public TlsOptions withCertificate(Path certificate, Path privateKey) {
        return new TlsOptions(
                Optional.of(certificate),
                Optional.of(privateKey),
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                clientCrl);
    }

    public TlsOptions withPrivateKeyPassword(Secret privateKeyPassword) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                clientCrl);
    }

    public TlsOptions withCertificates(Map<String, CertificateOptions> certificates) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                clientCrl);
    }

    public TlsOptions withReloadInterval(Duration reloadInterval) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                clientCrl);
    }

    public TlsOptions withHsts(Duration hsts) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                clientCrl);
    }

    public TlsOptions withRedirectPort(Optional<Integer> redirectPort) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                clientCrl);
    }

    /** Serving only clients with a certificate of these authorities. */
    public TlsOptions withClientCa(Path clientCa) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                Optional.of(clientCa),
                clientCrl);
    }

    /** Serving no client whose certificate is on one of these revocation lists. */
    public TlsOptions withClientCrl(Path clientCrl) {
        return new TlsOptions(
                certificate,
                privateKey,
                privateKeyPassword,
                certificates,
                reloadInterval,
                hsts,
                redirectPort,
                clientCa,
                Optional.of(clientCrl));
    }

    /** With a plain listener on that port, 0 for any free one, that leads to this one. */
    public TlsOptions withRedirectPort(int redirectPort) {
        return withRedirectPort(Optional.of(redirectPort));
    }
}
