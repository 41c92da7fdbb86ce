package io.inferenceproxy.auth;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a key that is written as PEM (RFC 7468): {@code PRIVATE KEY} (PKCS#8), {@code RSA PRIVATE KEY} (PKCS#1),
 * {@code EC PRIVATE KEY} (SEC 1), {@code PUBLIC KEY} or {@code CERTIFICATE}. The public half of a private key is computed,
 * so it cannot differ.
 */
final class PemKeys {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END ([A-Z0-9 ]{1,40})-----");

    private PemKeys() {}

    static KeyMaterial parse(String text) throws GeneralSecurityException {
        Optional<PrivateKey> privateKey = Optional.empty();
        Optional<PublicKey> publicKey = Optional.empty();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            String label = blocks.group(1);
            if (label.equals("ENCRYPTED PRIVATE KEY") || blocks.group(2).contains("ENCRYPTED")) {
                throw new KeyMaterial.Unusable("encrypted (expected: a key without a passphrase)");
            }
            if (label.equals("EC PARAMETERS")) {
                continue;
            }
            byte[] content = Base64.getMimeDecoder().decode(blocks.group(2));
            if (label.endsWith("PRIVATE KEY")) {
                privateKey = onlyOne(privateKey, privateKey(label, content));
            } else {
                publicKey = onlyOne(publicKey, publicKey(label, content));
            }
        }
        if (privateKey.isPresent()) {
            return KeyMaterial.of(publicKeyOf(privateKey.get()), privateKey);
        }
        return KeyMaterial.of(
                publicKey.orElseThrow(() -> new KeyMaterial.Unusable("no key in it (expected: PEM or JWK)")),
                Optional.empty());
    }

    private static <T> Optional<T> onlyOne(Optional<T> before, T key) {
        if (before.isPresent()) {
            throw new KeyMaterial.Unusable("several keys in it (expected: one)");
        }
        return Optional.of(key);
    }

    private static PrivateKey privateKey(String label, byte[] content) throws GeneralSecurityException {
        byte[] pkcs8 = switch (label) {
            case "PRIVATE KEY" -> content;
            case "RSA PRIVATE KEY" -> Der.pkcs8OfPkcs1(content);
            case "EC PRIVATE KEY" -> Der.pkcs8OfSec1(content);
            default -> throw new KeyMaterial.Unusable(label + " (expected: a key of RSA, EC or Ed25519)");
        };
        return KeyFactory.getInstance(Der.algorithmOfPkcs8(pkcs8)).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static PublicKey publicKey(String label, byte[] content) throws GeneralSecurityException {
        return switch (label) {
            case "PUBLIC KEY" ->
                KeyFactory.getInstance(Der.algorithmOfPublicKey(content))
                        .generatePublic(new X509EncodedKeySpec(content));
            case "CERTIFICATE" ->
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(content))
                        .getPublicKey();
            default -> throw new KeyMaterial.Unusable(label + " (expected: a key of RSA, EC or Ed25519)");
        };
    }

    private static PublicKey publicKeyOf(PrivateKey key) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey rsa) {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        }
        if (key instanceof ECPrivateKey ec) {
            return EllipticCurves.publicKeyOf(ec);
        }
        if (key instanceof EdECPrivateKey) {
            return Ed25519Keys.publicKeyOf(key);
        }
        throw new KeyMaterial.Unusable("a key of " + key.getAlgorithm() + " (expected: RSA, EC or Ed25519)");
    }
}
