package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A key in {@code auth.key-file}: RSA of at least 2,048 bits, EC on P-256, P-384 or P-521, or Ed25519. */
final class KeyFile {

    private final Path path;
    private final KeyMaterial material;
    private final String id;

    private KeyFile(Path path, KeyMaterial material, String id) {
        this.path = path;
        this.material = material;
        this.id = id;
    }

    static KeyFile of(Path path, KeyMaterial material) throws JOSEException {
        return new KeyFile(path, material, PublicKeyKind.thumbprint(material.publicKey()));
    }

    PublicKey publicKey() {
        return material.publicKey();
    }

    Optional<PrivateKey> privateKey() {
        return material.privateKey();
    }

    /** The thumbprint of RFC 7638. */
    String id() {
        return id;
    }

    /** The thumbprint, and the {@code kid} of the JWK if it has one. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>(Set.of(id));
        material.ownId().ifPresent(ids::add);
        return Set.copyOf(ids);
    }

    /** Whether the algorithm is one of its kind, and not ruled out by what it says of itself. */
    boolean fits(TokenAlgorithm algorithm) {
        return PublicKeyKind.fitting(material.publicKey()).contains(algorithm)
                && material.ownAlgorithm().map(own -> own == algorithm).orElse(true);
    }

    /** Refuses an algorithm that is not one of this key's. */
    void requireFit(TokenAlgorithm algorithm) {
        List<TokenAlgorithm> fitting = PublicKeyKind.fitting(material.publicKey());
        if (!fitting.contains(algorithm)) {
            throw new IllegalArgumentException("auth.algorithms: " + algorithm + " does not fit the key in " + path
                    + ", " + PublicKeyKind.of(material.publicKey()) + " (expected: " + fitting + ")");
        }
        if (material.publicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < PublicKeyKind.LEAST_RSA_BITS) {
            throw new IllegalArgumentException("auth.key-file: " + path + ": RSA of "
                    + rsa.getModulus().bitLength() + " bits (expected: at least " + PublicKeyKind.LEAST_RSA_BITS + ")");
        }
        if (material.ownAlgorithm().filter(own -> own != algorithm).isPresent()) {
            throw new IllegalArgumentException("auth.algorithms: " + algorithm + " is not what the key in " + path
                    + " says of itself (expected: " + material.ownAlgorithm().get() + ")");
        }
    }
}
