package io.inferenceproxy.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Which name of a client's certificate is the caller's. */
public enum CertificateName {
    /** None: certificates say who may connect, and callers sign in as ever. */
    NONE(-1),
    /** The common name of the subject. */
    COMMON_NAME(-1),
    /** The whole subject, such as {@code CN=nightly,O=Example} (RFC 4514). */
    SUBJECT(-1),
    /** The first DNS name among the alternative ones (RFC 5280 section 4.2.1.6). */
    DNS(2),
    /** The first mail address there. */
    EMAIL(1),
    /** The first URI there, such as a SPIFFE identifier. */
    URI(6);

    private final int kind;

    CertificateName(int kind) {
        this.kind = kind;
    }

    /** The name; nothing when the certificate has none of the kind. */
    Optional<String> of(X509Certificate certificate) {
        return switch (this) {
            case NONE -> Optional.empty();
            case COMMON_NAME -> commonName(certificate);
            case SUBJECT -> Optional.of(certificate.getSubjectX500Principal().getName());
            default -> alternative(certificate);
        };
    }

    private static Optional<String> commonName(X509Certificate certificate) {
        try {
            List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (int i = parts.size() - 1; i >= 0; i--) { // the most specific one comes last there
                if (parts.get(i).getType().equalsIgnoreCase("CN")
                        && parts.get(i).getValue() instanceof String name) {
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        } catch (InvalidNameException unreadable) {
            return Optional.empty();
        }
    }

    private Optional<String> alternative(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0).equals(kind) && name.get(1) instanceof String text) {
                        return Optional.of(text);
                    }
                }
            }
            return Optional.empty();
        } catch (CertificateParsingException unreadable) {
            return Optional.empty();
        }
    }
}
