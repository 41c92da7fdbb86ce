package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;

/** One key bound to one algorithm: no token can make it serve another. */
final class SigningKey {

    private final TokenAlgorithm algorithm;
    private final String id;
    private final Set<String> ids;
    private final Optional<PublicKey> publicKey;
    private final Verification verification;
    private final Optional<Signing> signing;
    private final KeyLife life = new KeyLife();

    private SigningKey(
            TokenAlgorithm algorithm,
            String id,
            Set<String> ids,
            Optional<PublicKey> publicKey,
            Verification verification,
            Optional<Signing> signing) {
        this.algorithm = algorithm;
        this.id = id;
        this.ids = ids;
        this.publicKey = publicKey;
        this.verification = verification;
        this.signing = signing;
    }

    /** @param ownId how its file calls it too; empty for no other name than its own */
    static SigningKey ofSecret(TokenAlgorithm algorithm, SharedSecret secret, String ownId) {
        try {
            return of(
                    algorithm,
                    secret.id(),
                    ownId.isEmpty() || ownId.equals(secret.id()) ? Set.of(secret.id()) : Set.of(secret.id(), ownId),
                    Optional.empty(),
                    new MACVerifier(secret.bytes()),
                    Optional.of(new MACSigner(secret.bytes())));
        } catch (JOSEException unfit) {
            throw new IllegalArgumentException("auth.secret: not fit for " + algorithm, unfit);
        }
    }

    static SigningKey ofFile(TokenAlgorithm algorithm, KeyFile file) {
        file.requireFit(algorithm);
        return ofKeys(algorithm, file.publicKey(), file.privateKey(), file.id(), file.ids());
    }

    /** A key that verifies and does not sign. The caller has seen to it that it fits the algorithm. */
    static SigningKey ofPublicKey(TokenAlgorithm algorithm, PublicKey publicKey, String id) {
        return ofKeys(algorithm, publicKey, Optional.empty(), id, Set.of(id));
    }

    private static SigningKey ofKeys(
            TokenAlgorithm algorithm,
            PublicKey publicKey,
            Optional<PrivateKey> privateKey,
            String id,
            Set<String> ids) {
        try {
            if (publicKey instanceof RSAPublicKey rsa) {
                return of(
                        algorithm,
                        id,
                        ids,
                        Optional.of(rsa),
                        new RSASSAVerifier(rsa),
                        privateKey.map(RSASSASigner::new));
            }
            if (publicKey instanceof ECPublicKey ec) {
                Optional<JWSSigner> signer = privateKey.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ECDSASigner((ECPrivateKey) privateKey.get()));
                return of(algorithm, id, ids, Optional.of(ec), new ECDSAVerifier(ec), signer);
            }
        } catch (JOSEException unfit) {
            throw new IllegalArgumentException("auth.key-file: not fit for " + algorithm, unfit);
        }
        return new SigningKey(
                algorithm,
                id,
                ids,
                Optional.of(publicKey),
                (content, signature) -> {
                    Signature ed25519 = Signature.getInstance("Ed25519");
                    ed25519.initVerify(publicKey);
                    ed25519.update(content);
                    return ed25519.verify(signature.decode());
                },
                privateKey.map(key -> content -> {
                    Signature ed25519 = Signature.getInstance("Ed25519");
                    ed25519.initSign(key);
                    ed25519.update(content);
                    return Base64URL.encode(ed25519.sign());
                }));
    }

    private static SigningKey of(
            TokenAlgorithm algorithm,
            String id,
            Set<String> ids,
            Optional<PublicKey> publicKey,
            JWSVerifier verifier,
            Optional<? extends JWSSigner> signer) {
        // A header of our own: the one in the token has no say in how its signature is checked.
        JWSHeader header = new JWSHeader(JWSAlgorithm.parse(algorithm.toString()));
        return new SigningKey(
                algorithm,
                id,
                ids,
                publicKey,
                (content, signature) -> verifier.verify(header, content, signature),
                signer.map(one -> content -> one.sign(header, content)));
    }

    TokenAlgorithm algorithm() {
        return algorithm;
    }

    /** The identifier that our own tokens name. */
    String id() {
        return id;
    }

    /** The half that anyone may know; empty for a secret. */
    Optional<PublicKey> publicKey() {
        return publicKey;
    }

    /** Whether the other is this one, made anew. */
    boolean isSame(SigningKey other) {
        return algorithm == other.algorithm
                && id.equals(other.id)
                && ids.equals(other.ids)
                && canSign() == other.canSign();
    }

    /** All identifiers under which the key is known. */
    Set<String> ids() {
        return ids;
    }

    /** Whether tokens of this {@code alg} are its. */
    boolean isFor(String name) {
        return algorithm.isNamed(name);
    }

    /** Whether it still counts. */
    KeyLife life() {
        return life;
    }

    boolean canSign() {
        return signing.isPresent();
    }

    boolean verifies(byte[] content, Base64URL signature) throws GeneralSecurityException {
        try {
            return verification.verify(content, signature);
        } catch (JOSEException wrong) {
            throw new GeneralSecurityException(wrong);
        }
    }

    Base64URL sign(byte[] content) throws GeneralSecurityException {
        try {
            return signing.orElseThrow().sign(content);
        } catch (JOSEException wrong) {
            throw new GeneralSecurityException(wrong);
        }
    }

    @Override
    public String toString() {
        return algorithm + " " + id;
    }

    private interface Verification {
        boolean verify(byte[] content, Base64URL signature) throws GeneralSecurityException, JOSEException;
    }

    private interface Signing {
        Base64URL sign(byte[] content) throws GeneralSecurityException, JOSEException;
    }
}
