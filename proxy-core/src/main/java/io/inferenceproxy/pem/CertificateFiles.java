package io.inferenceproxy.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Reads files of certificates. */
public final class CertificateFiles {

    private CertificateFiles() {}

    /**
     * All certificates in a file, in order; there is at least one.
     *
     * @param key of the setting that names the file
     */
    public static List<X509Certificate> read(String key, Path path) {
        return PemFile.read(key, path).parse(CertificateFiles::certificates);
    }

    /**
     * All revocation lists in a file; there is at least one.
     *
     * @param key of the setting that names the file
     */
    public static List<X509CRL> readRevocations(String key, Path path) {
        return PemFile.read(key, path).parse(blocks -> {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509CRL> all = new ArrayList<>();
            for (PemBlock block : blocks) {
                if (block.label().equals("X509 CRL")) {
                    all.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(block.content())));
                }
            }
            if (all.isEmpty()) {
                throw new UnusablePem("no revocation list in it (expected: PEM with BEGIN X509 CRL)");
            }
            return List.copyOf(all);
        });
    }

    /** What clients of the JDK need to believe these authorities and no others. */
    public static SSLContext trusting(List<X509Certificate> authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(authorities).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has TLS", impossible);
        }
    }

    /** What believes these authorities and no others. */
    public static TrustManagerFactory trust(List<X509Certificate> authorities) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (X509Certificate authority : authorities) {
                trusted.setCertificateEntry("authority-" + trusted.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            return trust;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("every Java platform has PKCS12 and PKIX", impossible);
        }
    }

    /** The chain of a server or client: its own certificate, then for each the one of its issuer. */
    static List<X509Certificate> readChain(String key, Path path) {
        PemFile file = PemFile.read(key, path);
        List<X509Certificate> chain = file.parse(CertificateFiles::certificates);
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw file.refused("certificate " + (i + 1) + " is not of the issuer of certificate " + i
                        + " (expected: one's own first, behind each its issuer's)");
            }
        }
        return chain;
    }

    private static List<X509Certificate> certificates(List<PemBlock> blocks) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> all = new ArrayList<>();
        for (PemBlock block : blocks) {
            if (block.label().equals("CERTIFICATE")) {
                all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
            }
        }
        if (all.isEmpty()) {
            throw new UnusablePem("no certificate in it (expected: PEM with BEGIN CERTIFICATE)");
        }
        return List.copyOf(all);
    }
}
