package io.inferenceproxy.auth;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the proxy's own tokens: one or more for each configured algorithm, bound to it. The first of all signs, the
 * others verify what they have signed, or will sign.
 *
 * <p>The HS algorithms use the UTF-8 bytes of {@code auth.secret} as they stand, the others the keys in
 * {@code auth.key-file}; a set in that file may have secrets too. The file is read again when it has changed and somebody
 * has it looked at; a key that is gone from it ends, and what was verified with it too. Safe for many threads; prints no key.
 */
public final class SigningKeys {

    /** No keys: nothing is signed, and no token is one of ours. */
    public static final SigningKeys NONE = new SigningKeys(AuthOptions.DEFAULT, Optional.empty(), List.of());

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final AuthOptions options;
    private volatile List<SigningKey> keys;
    private Optional<StoreFile.Version> version;

    private SigningKeys(AuthOptions options, Optional<StoreFile.Version> version, List<SigningKey> keys) {
        this.options = options;
        this.version = version;
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
        Optional<StoreFile.Version> version = versionOf(options);
        return new SigningKeys(options, version, OwnKeys.read(options));
    }

    /** Whether tokens can be minted: not with a key file that has only a public key. */
    public boolean canSign() {
        List<SigningKey> now = keys;
        return !now.isEmpty() && now.get(0).canSign();
    }

    /** The identifier ({@code kid}) of the key that signs. */
    public String id() {
        return signing().id();
    }

    /** The algorithm that signs. */
    public TokenAlgorithm algorithm() {
        return signing().algorithm();
    }

    /** Whether others can verify with what is published of the keys. */
    public boolean isPublic() {
        return keys.stream().anyMatch(key -> key.publicKey().isPresent());
    }

    /** Whether the keys are in a file, which can change. */
    public boolean canChange() {
        return options.keyFile().isPresent() && !keys.isEmpty();
    }

    SigningKey signing() {
        return keys.get(0);
    }

    /** The keys as they are now: another list when they have changed. */
    List<SigningKey> present() {
        return keys;
    }

    /**
     * Has the file looked at on the workers, and read if it has changed; does not block. A file that became unreadable or
     * wrong is told once, and what it held before goes on holding.
     */
    public void tick(Executor workers) {
        try {
            workers.execute(this::refresh);
        } catch (RejectedExecutionException busy) {
            LOG.debug("no room to look at the key file; later");
        }
    }

    synchronized void refresh() {
        Optional<StoreFile.Version> found = versionOf(options);
        if (found.equals(version)) {
            return;
        }
        version = found;
        try {
            List<SigningKey> read = OwnKeys.read(options);
            if (canSign() && !read.get(0).canSign()) {
                throw new IllegalArgumentException(
                        "auth.key-file: no private key for " + read.get(0).algorithm());
            }
            replace(read);
            LOG.info("key file read again: {} signs, {} keys in all", id(), keys.size());
        } catch (RuntimeException wrong) {
            LOG.warn("{}; the keys that it held before go on holding", String.valueOf(wrong.getMessage()));
        }
    }

    private void replace(List<SigningKey> read) {
        List<SigningKey> before = keys;
        keys = read.stream()
                .map(key -> before.stream().filter(key::isSame).findFirst().orElse(key))
                .toList();
        for (SigningKey key : before) {
            if (keys.stream().noneMatch(key::isSame)) {
                key.life().end();
            }
        }
    }

    private static Optional<StoreFile.Version> versionOf(AuthOptions options) {
        try {
            return options.keyFile().isEmpty()
                    ? Optional.empty()
                    : Optional.of(StoreFile.Version.of(options.keyFile().get()));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The key that must have signed the token: found by configuration, the token only chooses among what is there. */
    SigningKey keyOf(UnverifiedToken token) throws TokenRefusal {
        @Nullable SigningKey first = null;
        for (SigningKey key : keys) {
            if (key.isFor(token.algorithm())) {
                if (token.keyId().isEmpty() || key.ids().contains(token.keyId().get())) {
                    return key;
                }
                first = first == null ? key : first;
            }
        }
        if (first != null) {
            throw new TokenRefusal(
                    TokenCheck.KEY,
                    "kid is " + TokenRefusal.shown(token.keyId().orElse("")) + " (expected: none, or " + first.id()
                            + ")");
        }
        List<TokenAlgorithm> expected =
                keys.stream().map(SigningKey::algorithm).distinct().toList();
        throw new TokenRefusal(
                TokenCheck.ALGORITHM,
                "alg is " + TokenRefusal.shown(token.algorithm()) + " (expected: " + expected + ")");
    }

    @Override
    public String toString() {
        return "SigningKeys" + keys;
    }
}
