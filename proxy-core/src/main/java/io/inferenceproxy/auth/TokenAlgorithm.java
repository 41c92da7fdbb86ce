package io.inferenceproxy.auth;

import java.util.Locale;

/** A signature algorithm of tokens (RFC 7518 section 3.1, RFC 9864). */
public enum TokenAlgorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    ED25519;

    /** Reads the name as tokens have it; {@code EdDSA} and {@code Ed25519} are the same. */
    public static TokenAlgorithm parse(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        for (TokenAlgorithm algorithm : values()) {
            if (algorithm.name().equals(upper) || algorithm == ED25519 && upper.equals("EDDSA")) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException(
                "algorithms: " + name + " (expected: HS256, HS384, HS512, RS256 ... ES512, PS512 or Ed25519)");
    }

    /** Whether a token's {@code alg} means this one; the name {@code EdDSA} is older than {@code Ed25519} (RFC 9864). */
    boolean isNamed(String name) {
        return toString().equals(name) || this == ED25519 && name.equals("EdDSA");
    }

    /** Whether signing and verifying use one shared secret. */
    public boolean isSymmetric() {
        return name().startsWith("HS");
    }

    /** The name in the header {@code alg} of a token. */
    @Override
    public String toString() {
        return this == ED25519 ? "Ed25519" : name();
    }
}
