package io.inferenceproxy.internal.netty;

import io.inferenceproxy.server.ServerCertificates;
import java.security.GeneralSecurityException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;

/** Whom a listener lets in: clients with a certificate of these authorities that is on none of their revocation lists. */
final class ClientTrust {

    private ClientTrust() {}

    static TrustManagerFactory of(ServerCertificates certificates) {
        Set<TrustAnchor> anchors = certificates.clientAuthorities().stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(!certificates.revocations().isEmpty());
            if (!certificates.revocations().isEmpty()) {
                parameters.addCertStore(CertStore.getInstance(
                        "Collection", new CollectionCertStoreParameters(certificates.revocations())));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(new CertPathTrustManagerParameters(parameters));
            return managers;
        } catch (GeneralSecurityException unusable) {
            throw new IllegalArgumentException("server.tls.client-ca: cannot be used", unusable);
        }
    }
}
