package io.inferenceproxy.upstream;

import io.inferenceproxy.pem.CertificateFiles;
import io.inferenceproxy.pem.CertifiedKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How connections to an upstream are secured: what its files hold.
 *
 * @param authorities whose certificates are believed; empty for those that Java trusts
 * @param own our certificate, for services that ask for one
 * @param serverName the name that the service must have, where it is not the host of the address
 */
public record UpstreamTls(List<X509Certificate> authorities, Optional<CertifiedKey> own, Optional<String> serverName) {

    /** Trusting whom Java trusts, and nobody ourselves. */
    public static final UpstreamTls USUAL = new UpstreamTls(List.of(), Optional.empty(), Optional.empty());

    public UpstreamTls {
        authorities = List.copyOf(authorities);
    }

    /**
     * Reads the files, which blocks.
     *
     * @param name of the upstream
     * @throws IllegalArgumentException when one cannot be used; it names the setting and the file
     * @throws java.io.UncheckedIOException when one cannot be read
     */
    public static UpstreamTls read(String name, UpstreamTlsOptions options) {
        String prefix = "upstreams." + name + ".tls.";
        return new UpstreamTls(
                options.ca()
                        .map(file -> CertificateFiles.read(prefix + "ca", file))
                        .orElse(List.of()),
                options.certificate()
                        .map(file -> CertifiedKey.read(
                                prefix, file, options.privateKey().orElseThrow(), options.privateKeyPassword())),
                options.serverName());
    }
}
