package io.inferenceproxy.server;

import io.inferenceproxy.pem.CertificateFiles;
import io.inferenceproxy.pem.CertifiedKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files of {@code server.tls} hold, as they were when they were read.
 *
 * @param pairs the certificates of the server and their keys; the first is for clients that ask for no name, or for one that
 *     none of them has
 * @param clientAuthorities whose certificates clients must have; empty when they need none
 * @param revocations which of these hold no more
 */
public record ServerCertificates(
        List<CertifiedKey> pairs, List<X509Certificate> clientAuthorities, List<X509CRL> revocations) {

    private static final String PREFIX = "server.tls.";

    public ServerCertificates {
        pairs = List.copyOf(pairs);
        clientAuthorities = List.copyOf(clientAuthorities);
        revocations = List.copyOf(revocations);
    }

    /**
     * Reads the files, which blocks.
     *
     * @throws IllegalArgumentException when one cannot be used; it names the setting and the file
     * @throws java.io.UncheckedIOException when one cannot be read
     */
    public static ServerCertificates read(TlsOptions tls) {
        return new ServerCertificates(readPairs(tls), readClientAuthorities(tls), readRevocations(tls));
    }

    /** Reads the certificates of the server and their keys alone. */
    public static List<CertifiedKey> readPairs(TlsOptions tls) {
        List<CertifiedKey> pairs = new ArrayList<>();
        pairs.add(CertifiedKey.read(
                PREFIX, tls.certificate().orElseThrow(), tls.privateKey().orElseThrow(), tls.privateKeyPassword()));
        tls.certificates()
                .forEach((name, more) -> pairs.add(CertifiedKey.read(
                        PREFIX + "certificates." + name + ".",
                        more.certificate(),
                        more.privateKey(),
                        more.privateKeyPassword())));
        return pairs;
    }

    /** Reads whose certificates clients must have alone. */
    public static List<X509Certificate> readClientAuthorities(TlsOptions tls) {
        return tls.clientCa()
                .map(file -> CertificateFiles.read(PREFIX + "client-ca", file))
                .orElse(List.of());
    }

    /** Reads which of these hold no more alone. */
    public static List<X509CRL> readRevocations(TlsOptions tls) {
        return tls.clientCrl()
                .map(file -> CertificateFiles.readRevocations(PREFIX + "client-crl", file))
                .orElse(List.of());
    }

    /** The certificates by which the server proves who it is. */
    public List<X509Certificate> own() {
        return pairs.stream().map(CertifiedKey::certificate).toList();
    }
}
