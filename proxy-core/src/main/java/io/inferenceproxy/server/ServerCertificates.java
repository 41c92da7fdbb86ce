package io.inferenceproxy.server;

import io.inferenceproxy.pem.CertifiedKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files of {@code server.tls} hold, as they were when they were read.
 *
 * @param pairs the certificates of the server and their keys; the first is for clients that ask for no name, or for one that
 *     none of them has
 */
public record ServerCertificates(List<CertifiedKey> pairs) {

    private static final String PREFIX = "server.tls.";

    public ServerCertificates {
        pairs = List.copyOf(pairs);
    }

    /**
     * Reads the files, which blocks.
     *
     * @throws IllegalArgumentException when one cannot be used; it names the setting and the file
     * @throws java.io.UncheckedIOException when one cannot be read
     */
    public static ServerCertificates read(TlsOptions tls) {
        List<CertifiedKey> pairs = new ArrayList<>();
        pairs.add(CertifiedKey.read(
                PREFIX, tls.certificate().orElseThrow(), tls.privateKey().orElseThrow(), tls.privateKeyPassword()));
        tls.certificates()
                .forEach((name, more) -> pairs.add(CertifiedKey.read(
                        PREFIX + "certificates." + name + ".",
                        more.certificate(),
                        more.privateKey(),
                        more.privateKeyPassword())));
        return new ServerCertificates(pairs);
    }

    /** The certificates by which the server proves who it is. */
    public List<X509Certificate> own() {
        return pairs.stream().map(CertifiedKey::certificate).toList();
    }
}
