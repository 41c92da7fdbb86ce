package io.inferenceproxy.auth;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An API key, as it is kept: without its secret, of which there is a digest alone.
 *
 * @param id which one it is; it stands in the key and is no secret
 * @param user whose it is: the subject of calls with it
 * @param roles what these calls have; an own list, not that of the user
 * @param scopes what it allows
 * @param routes the names of the routes that it may be used on; empty for all
 * @param created when it was made
 * @param expiry when it ends; empty for never
 * @param note what it is for
 * @param enabled whether it is taken
 * @param secrets one, or two while an old one is good for a while
 */
public record ApiKey(
        String id,
        String user,
        Set<String> roles,
        Set<String> scopes,
        Set<String> routes,
        Instant created,
        Optional<Instant> expiry,
        String note,
        boolean enabled,
        List<KeySecret> secrets) {

    static final int MOST_SECRETS = 2;

    private static final int LONGEST_NOTE = 256;
    private static final int MOST_NAMES = 64;

    public ApiKey {
        if (!KeyText.isId(id)) {
            throw new IllegalArgumentException("key: no identifier (expected: 12 letters and digits)");
        }
        requireNames(Set.of(user), "user");
        requireNames(roles, "role");
        requireNames(routes, "route");
        if (scopes.size() > MOST_NAMES || !scopes.stream().allMatch(AccessRequirement::isScope)) {
            throw new IllegalArgumentException("scope: too many, or one with other characters (expected: at most "
                    + MOST_NAMES + ", of printable ASCII without space, quote and backslash)");
        }
        Require.printable(note, "note");
        if (note.length() > LONGEST_NOTE || !StrictJson.isEncodable(note)) {
            throw new IllegalArgumentException("note: too long (expected: at most " + LONGEST_NOTE + " characters)");
        }
        if (secrets.isEmpty() || secrets.size() > MOST_SECRETS) {
            throw new IllegalArgumentException("secrets: " + secrets.size() + " (expected: 1 or " + MOST_SECRETS + ")");
        }
        roles = Set.copyOf(roles);
        scopes = Set.copyOf(scopes);
        routes = Set.copyOf(routes);
        secrets = List.copyOf(secrets);
    }

    private static void requireNames(Set<String> names, String what) {
        if (names.size() > MOST_NAMES || !names.stream().allMatch(TokenClaims::isName)) {
            throw new IllegalArgumentException(what + ": too many, or one that is no name (expected: at most "
                    + MOST_NAMES + ", of 1 to 256 characters, none of control)");
        }
    }

    /** With another secret; the one that held until now is good for a while yet, and those before it no longer. */
    public ApiKey rotated(Secret digest, Instant now, Duration grace) {
        Stream<KeySecret> fresh = Stream.of(new KeySecret(digest, Optional.empty()));
        Stream<KeySecret> present = grace.isZero()
                ? Stream.empty()
                : secrets.stream()
                        .filter(secret -> secret.until().isEmpty())
                        .map(secret -> new KeySecret(secret.digest(), Optional.of(now.plus(grace))));
        return withSecrets(Stream.concat(fresh, present).toList());
    }

    /** Whether a secret that is good is not any more in the next state. */
    boolean losesSecret(ApiKey next, Instant now) {
        return secrets.stream()
                .filter(secret -> secret.isLive(now))
                .anyMatch(secret ->
                        next.secrets.stream().noneMatch(kept -> kept.digest().equals(secret.digest())));
    }

    public ApiKey withSecrets(List<KeySecret> secrets) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }

    public ApiKey withRoles(Set<String> roles) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }

    public ApiKey withScopes(Set<String> scopes) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }

    public ApiKey withRoutes(Set<String> routes) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }

    public ApiKey withExpiry(Optional<Instant> expiry) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }

    public ApiKey withNote(String note) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }

    public ApiKey withEnabled(boolean enabled) {
        return new ApiKey(id, user, roles, scopes, routes, created, expiry, note, enabled, secrets);
    }
}
