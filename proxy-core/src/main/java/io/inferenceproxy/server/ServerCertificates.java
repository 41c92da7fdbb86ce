package io.inferenceproxy.server;

import io.inferenceproxy.pem.CertifiedKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the files of {@code server.tls} hold, as they were when they were read.
 *
 * @param first the certificate of the server and its key
 */
public record ServerCertificates(CertifiedKey first) {

    private static final String PREFIX = "server.tls.";

    /**
     * Reads the files, which blocks.
     *
     * @throws IllegalArgumentException when one cannot be used; it names the setting and the file
     * @throws java.io.UncheckedIOException when one cannot be read
     */
    public static ServerCertificates read(TlsOptions tls) {
        return new ServerCertificates(CertifiedKey.read(
                PREFIX, tls.certificate().orElseThrow(), tls.privateKey().orElseThrow(), tls.privateKeyPassword()));
    }

    /** The certificates by which the server proves who it is. */
    public List<X509Certificate> own() {
        return List.of(first.certificate());
    }
}
