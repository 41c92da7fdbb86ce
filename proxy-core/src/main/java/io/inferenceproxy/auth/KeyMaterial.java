package io.inferenceproxy.auth;

import io.inferenceproxy.pem.UnusablePem;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;

/**
 * What a key file holds.
 *
 * @param publicKey the key that verifies
 * @param privateKey the key that signs, if the file has it
 * @param ownId how the file itself calls the key
 * @param ownAlgorithm the one algorithm that the file allows, if it says so
 */
record KeyMaterial(
        PublicKey publicKey,
        Optional<PrivateKey> privateKey,
        Optional<String> ownId,
        Optional<TokenAlgorithm> ownAlgorithm) {

    static KeyMaterial of(PublicKey publicKey, Optional<PrivateKey> privateKey) {
        return new KeyMaterial(publicKey, privateKey, Optional.empty(), Optional.empty());
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "KeyMaterial[" + publicKey.getAlgorithm() + "]";
    }

    /** The file cannot be used; the message is our own and quotes nothing of it. */
    static final class Unusable extends UnusablePem {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }
}
