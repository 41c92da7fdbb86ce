package io.inferenceproxy.pem;

import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key with the certificates that speak for it.
 *
 * @param chain its own certificate first, behind each the one of its issuer
 * @param key the key of the first
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {

    private static final int DNS_NAME = 2;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([A-Za-z0-9.*-]+)");
    private static final byte[] PROBE = "whose key is it".getBytes(StandardCharsets.US_ASCII);

    public CertifiedKey {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both files and sees that they belong together.
     *
     * @param prefix what stands before {@code certificate} and {@code private-key} in the names of the settings
     */
    public static CertifiedKey read(String prefix, Path certificate, Path privateKey, Secret password) {
        List<X509Certificate> chain = CertificateFiles.readChain(prefix + "certificate", certificate);
        PemFile file = PemFile.read(prefix + "private-key", privateKey);
        PrivateKey key = file.parse(blocks -> {
            List<PemBlock> keys = blocks.stream().filter(PrivateKeys::isOne).toList();
            if (keys.size() != 1) {
                throw new UnusablePem(keys.size() + " private keys in it (expected: one, PEM with BEGIN PRIVATE KEY)");
            }
            return PrivateKeys.of(keys.get(0), password);
        });
        if (!belongTogether(chain.get(0), key)) {
            throw file.refused("not the key of the certificate in " + certificate + " (expected: its own)");
        }
        return new CertifiedKey(chain, key);
    }

    /** The certificate that is its own. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** The host names that the certificate speaks for, in lower case; its common name where it has no alternative ones. */
    public Set<String> hostNames() {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = certificate().getSubjectAlternativeNames();
            if (alternatives == null) {
                Matcher common = COMMON_NAME.matcher(
                        certificate().getSubjectX500Principal().getName());
                if (common.find()) {
                    names.add(common.group(1).toLowerCase(Locale.ROOT));
                }
                return names;
            }
            for (List<?> alternative : alternatives) {
                if (Integer.valueOf(DNS_NAME).equals(alternative.get(0))) {
                    names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException unclear) {
            return Set.of();
        }
        return names;
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        try {
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
            };
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(PROBE);
            return verifying.verify(signature);
        } catch (GeneralSecurityException ofAnotherKind) {
            return false;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "CertifiedKey[" + certificate().getSubjectX500Principal() + "]";
    }
}
