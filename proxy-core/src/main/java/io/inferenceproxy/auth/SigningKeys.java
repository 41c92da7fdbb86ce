package io.inferenceproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys of the proxy's own tokens: one for each configured algorithm, bound to it; the first one signs.
 *
 * <p>The HS algorithms use the UTF-8 bytes of {@code auth.secret} as they stand, the others the key in
 * {@code auth.key-file}. Immutable; prints no key.
 */
public final class SigningKeys {

    /** No keys: nothing is signed, and no token is one of ours. */
    public static final SigningKeys NONE = new SigningKeys(List.of());

    private final List<SigningKey> keys;

    private SigningKeys(List<SigningKey> keys) {
        this.keys = keys;
    }

    /**
     * Takes the secret and reads the key file, as far as the algorithms need them.
     *
     * @throws IllegalArgumentException when a key is missing, too weak, or does not fit its algorithm; the message names
     *     the setting and what was expected
     * @throws java.io.UncheckedIOException when the key file cannot be read
     */
    public static SigningKeys of(AuthOptions options) {
        Optional<KeyFile> file = Optional.empty();
        List<SigningKey> keys = new ArrayList<>();
        for (TokenAlgorithm algorithm : options.algorithms()) {
            if (algorithm.isSymmetric()) {
                keys.add(SigningKey.ofSecret(algorithm, SharedSecret.require(algorithm, options.secret())));
            } else {
                if (file.isEmpty()) {
                    file = Optional.of(KeyFile.read(options.keyFile()
                            .orElseThrow(
                                    () -> new IllegalArgumentException("auth.key-file: none (expected: a PEM or JWK"
                                            + " file with the key of " + algorithm + ")"))));
                }
                keys.add(SigningKey.ofFile(algorithm, file.get()));
            }
        }
        return new SigningKeys(List.copyOf(keys));
    }

    /** Whether tokens can be minted: not with a key file that has only a public key. */
    public boolean canSign() {
        return !keys.isEmpty() && keys.get(0).canSign();
    }

    /** The identifier ({@code kid}) of the key that signs. */
    public String id() {
        return keys.get(0).id();
    }

    /** The algorithm that signs. */
    public TokenAlgorithm algorithm() {
        return keys.get(0).algorithm();
    }

    SigningKey signing() {
        return keys.get(0);
    }

    /** The key that must have signed the token: found by configuration, the token only chooses among what is there. */
    SigningKey keyOf(UnverifiedToken token) throws TokenRefusal {
        for (SigningKey key : keys) {
            if (key.isFor(token.algorithm())) {
                if (token.keyId().filter(id -> !key.ids().contains(id)).isPresent()) {
                    throw new TokenRefusal(
                            TokenCheck.KEY,
                            "kid is " + TokenRefusal.shown(token.keyId().get()) + " (expected: none, or " + key.id()
                                    + ")");
                }
                return key;
            }
        }
        List<TokenAlgorithm> expected = keys.stream().map(SigningKey::algorithm).toList();
        throw new TokenRefusal(
                TokenCheck.ALGORITHM,
                "alg is " + TokenRefusal.shown(token.algorithm()) + " (expected: " + expected + ")");
    }

    @Override
    public String toString() {
        return "SigningKeys" + keys;
    }
}
