package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.Optional;

/** Reads a key that is written as a JSON Web Key (RFC 7517, RFC 8037). */
final class JwkKeys {

    private JwkKeys() {}

    static KeyMaterial parse(String text) throws GeneralSecurityException, JOSEException {
        JWK jwk;
        try {
            // Read twice: nimbus would let a member stand twice.
            StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
            jwk = JWK.parse(text);
        } catch (StrictJson.Malformed | ParseException malformed) {
            throw new KeyMaterial.Unusable("not a JSON Web Key");
        }
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw new KeyMaterial.Unusable("not for signatures (expected: use sig, or none)");
        }
        Optional<TokenAlgorithm> own = jwk.getAlgorithm() == null
                ? Optional.empty()
                : Optional.of(TokenAlgorithm.parse(jwk.getAlgorithm().getName()));
        KeyMaterial keys = keys(jwk);
        return new KeyMaterial(keys.publicKey(), keys.privateKey(), Optional.ofNullable(jwk.getKeyID()), own);
    }

    private static KeyMaterial keys(JWK jwk) throws GeneralSecurityException, JOSEException {
        if (jwk instanceof RSAKey rsa) {
            KeyPair pair = rsa.toKeyPair();
            return KeyMaterial.of(pair.getPublic(), Optional.ofNullable(pair.getPrivate()));
        }
        if (jwk instanceof ECKey ec) {
            KeyPair pair = ec.toKeyPair();
            return KeyMaterial.of(pair.getPublic(), Optional.ofNullable(pair.getPrivate()));
        }
        if (jwk instanceof OctetKeyPair okp && okp.getCurve().equals(Curve.Ed25519)) {
            PublicKey publicKey = Ed25519Keys.publicKey(okp.getDecodedX());
            if (!okp.isPrivate()) {
                return KeyMaterial.of(publicKey, Optional.empty());
            }
            PrivateKey privateKey = Ed25519Keys.privateKey(okp.getDecodedD());
            if (!Ed25519Keys.publicKeyOf(privateKey).equals(publicKey)) {
                throw new KeyMaterial.Unusable("its private and public parts are not of one key");
            }
            return KeyMaterial.of(publicKey, Optional.of(privateKey));
        }
        throw new KeyMaterial.Unusable("a key of type " + jwk.getKeyType()
                + " (expected: RSA, EC, or OKP with Ed25519; a secret goes to" + " auth.secret)");
    }
}
