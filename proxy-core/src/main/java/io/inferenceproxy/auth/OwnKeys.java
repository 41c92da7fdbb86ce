package io.inferenceproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the keys of the proxy's own tokens from {@code auth.secret} and {@code auth.key-file}, as these are now. */
final class OwnKeys {

    private OwnKeys() {}

    /** The keys of each algorithm, in the order of the configuration; of each the one that signs comes first. */
    static List<SigningKey> read(AuthOptions options) {
        Optional<KeyFileContent> file = Optional.empty();
        List<SigningKey> keys = new ArrayList<>();
        for (TokenAlgorithm algorithm : options.algorithms()) {
            if (file.isEmpty() && (options.keyFile().isPresent() || !algorithm.isSymmetric())) {
                file = Optional.of(KeyFileContent.read(options.keyFile()
                        .orElseThrow(() -> new IllegalArgumentException("auth.key-file: none (expected: a PEM or JWK"
                                + " file with the key of " + algorithm + ")"))));
            }
            keys.addAll(algorithm.isSymmetric() ? secrets(algorithm, options, file) : pairs(algorithm, file));
        }
        return List.copyOf(keys);
    }

    /** Those of the set sign before {@code auth.secret}, which so becomes one that verifies what it has signed. */
    private static List<SigningKey> secrets(
            TokenAlgorithm algorithm, AuthOptions options, Optional<KeyFileContent> file) {
        List<SigningKey> keys = new ArrayList<>();
        file.ifPresent(content -> content.secrets().stream()
                .filter(secret -> secret.isFor(algorithm))
                .forEach(secret -> keys.add(SigningKey.ofSecret(
                        algorithm, SharedSecret.requireBytes(algorithm, secret.bytes()), secret.id()))));
        if (keys.isEmpty() || !options.secret().isEmpty()) {
            keys.add(SigningKey.ofSecret(algorithm, SharedSecret.require(algorithm, options.secret()), ""));
        }
        return keys;
    }

    private static List<SigningKey> pairs(TokenAlgorithm algorithm, Optional<KeyFileContent> file) {
        KeyFileContent content = file.orElseThrow();
        List<SigningKey> keys = new ArrayList<>();
        for (KeyFile key : content.keys()) {
            if (!content.isSet() || key.fits(algorithm)) {
                keys.add(SigningKey.ofFile(algorithm, key));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("auth.key-file: " + content.path() + " has no key of " + algorithm
                    + " (expected: one, such as keys signing generate --alg " + algorithm + " makes)");
        }
        return keys;
    }
}
