package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;

/** What a public key is good for: its kind, the algorithms that fit it, and its thumbprint. */
final class PublicKeyKind {

    static final int LEAST_RSA_BITS = 2048;

    private static final int MOST_RSA_BITS = 8192;
    private static final int ED25519_BYTES = 32;

    private PublicKeyKind() {}

    /** {@code RSA}, {@code EC P-256} and the like, or {@code Ed25519}. */
    static String of(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return "RSA";
        }
        return key instanceof ECPublicKey ec ? "EC " + EllipticCurves.nameOf(ec) : "Ed25519";
    }

    /** The algorithms of the key, never one of another kind. */
    static List<TokenAlgorithm> fitting(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return List.of(
                    TokenAlgorithm.RS256,
                    TokenAlgorithm.RS384,
                    TokenAlgorithm.RS512,
                    TokenAlgorithm.PS256,
                    TokenAlgorithm.PS384,
                    TokenAlgorithm.PS512);
        }
        return List.of(
                switch (of(key)) {
                    case "EC P-256" -> TokenAlgorithm.ES256;
                    case "EC P-384" -> TokenAlgorithm.ES384;
                    case "EC P-521" -> TokenAlgorithm.ES512;
                    default -> TokenAlgorithm.ED25519;
                });
    }

    /** Whether its length is one that is safe and that checking a signature with does not take long. */
    static boolean isSound(PublicKey key) {
        return !(key instanceof RSAPublicKey rsa)
                || rsa.getModulus().bitLength() >= LEAST_RSA_BITS
                        && rsa.getModulus().bitLength() <= MOST_RSA_BITS
                        && rsa.getPublicExponent().bitLength() <= 33
                        && rsa.getPublicExponent().testBit(0)
                        && rsa.getPublicExponent().bitLength() > 1;
    }

    /** The thumbprint of RFC 7638. */
    static String thumbprint(PublicKey key) throws JOSEException {
        if (key instanceof RSAPublicKey rsa) {
            return new RSAKey.Builder(rsa).build().computeThumbprint().toString();
        }
        if (key instanceof ECPublicKey ec) {
            return new ECKey.Builder(new Curve(EllipticCurves.nameOf(ec)), ec)
                    .build()
                    .computeThumbprint()
                    .toString();
        }
        if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")) {
            return new OctetKeyPair.Builder(Curve.Ed25519, pointOf(ed))
                    .build()
                    .computeThumbprint()
                    .toString();
        }
        throw new KeyMaterial.Unusable("a key of " + key.getAlgorithm() + " (expected: RSA, EC or Ed25519)");
    }

    /** The 32 bytes of an Ed25519 key, as JWK has them. */
    static Base64URL pointOf(EdECPublicKey key) {
        byte[] encoded = key.getEncoded();
        return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length));
    }
}
