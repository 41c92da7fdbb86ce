package io.inferenceproxy.auth;

import io.inferenceproxy.pem.Der;
import io.inferenceproxy.pem.PemBlock;
import io.inferenceproxy.pem.PrivateKeys;
import io.inferenceproxy.units.Secret;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * Reads a key that is written as PEM (RFC 7468): {@code PRIVATE KEY} (PKCS#8), {@code RSA PRIVATE KEY} (PKCS#1),
 * {@code EC PRIVATE KEY} (SEC 1), {@code PUBLIC KEY} or {@code CERTIFICATE}. The public half of a private key is computed,
 * so it cannot differ.
 */
final class PemKeys {

    private PemKeys() {}

    static KeyMaterial parse(String text) throws GeneralSecurityException {
        Optional<PrivateKey> privateKey = Optional.empty();
        Optional<PublicKey> publicKey = Optional.empty();
        for (PemBlock block : PemBlock.all(text)) {
            if (PrivateKeys.isOne(block)) {
                if (block.label().startsWith("ENCRYPTED")) {
                    throw new KeyMaterial.Unusable("encrypted (expected: a key without a passphrase)");
                }
                privateKey = onlyOne(privateKey, PrivateKeys.of(block, Secret.none()));
            } else if (!block.label().equals("EC PARAMETERS")) {
                publicKey = onlyOne(publicKey, publicKey(block.label(), block.content()));
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
