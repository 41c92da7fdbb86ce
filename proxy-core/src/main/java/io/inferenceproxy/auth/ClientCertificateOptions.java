package io.inferenceproxy.auth;

import io.inferenceproxy.units.Setting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether clients are known by their certificates, for which {@code server.tls.client-ca} asks.
 */
public record ClientCertificateOptions(
        @Setting("The name that is the caller's: none, common-name, subject, dns, email or uri")
        CertificateName name,

        @Setting("Roles of callers who are known so, by their names")
        Map<String, List<String>> roles) {

    /** What holds when nothing is configured. */
    public static final ClientCertificateOptions DEFAULT = new ClientCertificateOptions(CertificateName.NONE, Map.of());

    public ClientCertificateOptions {
        Map<String, List<String>> copies = new LinkedHashMap<>();
        roles.forEach((caller, own) -> copies.put(caller, List.copyOf(own)));
        roles = Collections.unmodifiableMap(copies);
    }

    public ClientCertificateOptions withName(CertificateName name) {
        return new ClientCertificateOptions(name, roles);
    }

    public ClientCertificateOptions withRoles(Map<String, List<String>> roles) {
        return new ClientCertificateOptions(name, roles);
    }
}
