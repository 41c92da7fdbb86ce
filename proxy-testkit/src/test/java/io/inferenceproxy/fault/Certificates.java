package io.inferenceproxy.fault;

import io.inferenceproxy.pem.CertificateDraft;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.server.TlsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An authority of these tests, what it signs, and clients that trust it. */
final class Certificates {

    static final CertifiedKey AUTHORITY = draft("Test authority", true).selfSigned();

    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    private Certificates() {}

    static CertificateDraft draft(String subject, boolean authority, String... names) {
        Instant now = Instant.now();
        return new CertificateDraft(
                subject, List.of(names), authority, now.minusSeconds(3_600), now.plusSeconds(86_400));
    }

    /** A certificate for a server of these names, signed by the authority. */
    static CertifiedKey server(String... names) {
        return draft(names[0], false, names).signedBy(AUTHORITY);
    }

    /** Files with the certificate and its key, as options. */
    static TlsOptions options(Path directory, CertifiedKey pair) {
        write(directory, pair);
        return TlsOptions.DEFAULT.withCertificate(directory.resolve("server.pem"), directory.resolve("server.key"));
    }

    static void write(Path directory, CertifiedKey pair) {
        write(directory.resolve("server.key"), PemText.of(pair.key()));
        write(directory.resolve("server.pem"), PemText.of(pair.chain()));
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A context that trusts the authority alone, and shows these certificates when asked. */
    static SSLContext trusting(CertifiedKey... own) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", AUTHORITY.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            for (CertifiedKey each : own) {
                keys.setKeyEntry("own", each.key(), PASSWORD, each.chain().toArray(Certificate[]::new));
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
            managers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A client's connection; the handshake is not done yet. */
    static SSLSocket connect(SSLContext context, int port, String name, String... protocols) throws IOException {
        return over(new Socket(InetAddress.getLoopbackAddress(), port), context, name, protocols);
    }

    /** The same over a socket that is connected already. */
    static SSLSocket over(Socket plain, SSLContext context, String name, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }
}
