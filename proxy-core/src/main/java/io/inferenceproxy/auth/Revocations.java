package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Map;

/**
 * All that was revoked, as it was known at one moment; immutable.
 *
 * @param sessions logins that were ended, and until when tokens of theirs could be good otherwise
 * @param tokens single tokens, and until when they would be good otherwise
 * @param users whose tokens and sessions are revoked that are from before or at that moment
 * @param everything all tokens and sessions are revoked that are from before or at that moment
 */
public record Revocations(
        Map<String, Instant> sessions, Map<String, Instant> tokens, Map<String, Instant> users, Instant everything) {

    /** Nothing was revoked. */
    public static final Revocations NONE = new Revocations(Map.of(), Map.of(), Map.of(), Instant.MIN);

    public Revocations {
        sessions = Map.copyOf(sessions);
        tokens = Map.copyOf(tokens);
        users = Map.copyOf(users);
    }

    /** Whether a token is revoked, by whatever it is known by. */
    public boolean isRevoked(TokenMark token) {
        return tokens.containsKey(token.id())
                || sessions.containsKey(token.session())
                || !token.key().isEmpty()
                        && (sessions.containsKey(token.key()) || isRevoked(token.key(), token.issued()))
                || !token.subject().isEmpty() && isRevoked(token.subject(), token.issued());
    }

    /** Whether what the user got at that moment is revoked. */
    boolean isRevoked(String user, Instant issued) {
        return !issued.isAfter(before(user));
    }

    /** What the user got before or at that moment is revoked. */
    Instant before(String user) {
        Instant own = users.getOrDefault(user, Instant.MIN);
        return own.isAfter(everything) ? own : everything;
    }
}
