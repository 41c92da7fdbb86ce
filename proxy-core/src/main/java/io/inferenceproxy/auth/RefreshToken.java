package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A refresh token as callers hold it, {@code ipr_<session>_<root><turn>}: which session, what all tokens of the session have
 * in common, and what this one alone has. Who knows the root and not the turn has an older token of the session, and nobody
 * else can seem to.
 */
record RefreshToken(String session, Secret root, Secret turn) {

    private static final String PREFIX = "ipr_";
    private static final int ID_LENGTH = 22;
    private static final int TURN = PREFIX.length() + ID_LENGTH + 1 + SecretText.LENGTH;

    /** The first of a new session. */
    static RefreshToken random(SecureRandom random) {
        return new RefreshToken(
                SecretText.random(random, ID_LENGTH),
                Secret.of(SecretText.random(random, SecretText.LENGTH)),
                Secret.of(SecretText.random(random, SecretText.LENGTH)));
    }

    /** The next one of the same session. */
    RefreshToken next(SecureRandom random) {
        return new RefreshToken(session, root, Secret.of(SecretText.random(random, SecretText.LENGTH)));
    }

    /** Reads one; empty when it has another form, and then it is nobody's. */
    static Optional<RefreshToken> parse(String text) {
        int id = PREFIX.length();
        if (text.length() != TURN + SecretText.LENGTH
                || !text.startsWith(PREFIX)
                || text.charAt(id + ID_LENGTH) != '_') {
            return Optional.empty();
        }
        String session = text.substring(id, id + ID_LENGTH);
        String root = text.substring(id + ID_LENGTH + 1, TURN);
        String turn = text.substring(TURN);
        return isId(session)
                        && SecretText.isPlausible(root, SecretText.LENGTH)
                        && SecretText.isPlausible(turn, SecretText.LENGTH)
                ? Optional.of(new RefreshToken(session, Secret.of(root), Secret.of(turn)))
                : Optional.empty();
    }

    static boolean isId(String text) {
        return SecretText.isPlausible(text, ID_LENGTH);
    }

    /** All of it: a credential. */
    Secret whole() {
        return Secret.of(PREFIX + session + "_" + root.reveal() + turn.reveal());
    }
}
