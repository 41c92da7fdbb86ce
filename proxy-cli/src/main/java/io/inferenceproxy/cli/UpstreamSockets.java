package io.inferenceproxy.cli;

import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.upstream.UpstreamTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Sockets secured as the engine secures its connections to an upstream. */
final class UpstreamSockets {

    private static final char[] IN_MEMORY = "only in memory".toCharArray();

    private UpstreamSockets() {}

    static SSLSocketFactory of(UpstreamTls tls) throws IOException {
        try {
            TrustManager @Nullable [] trust = tls.authorities().isEmpty() ? null : trust(tls);
            KeyManager @Nullable [] own =
                    tls.own().isEmpty() ? null : own(tls.own().get());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trust, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException unusable) {
            throw new IOException("TLS cannot be set up", unusable);
        }
    }

    private static TrustManager[] trust(UpstreamTls tls) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < tls.authorities().size(); i++) {
            store.setCertificateEntry("authority-" + i, tls.authorities().get(i));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        return managers.getTrustManagers();
    }

    private static KeyManager[] own(CertifiedKey pair) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", pair.key(), IN_MEMORY, pair.chain().toArray(Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, IN_MEMORY);
        return managers.getKeyManagers();
    }
}
