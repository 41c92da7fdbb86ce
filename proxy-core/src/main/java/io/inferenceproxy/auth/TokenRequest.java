package io.inferenceproxy.auth;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a token shall say.
 *
 * @param subject whom it is for
 * @param roles what they are
 * @param scopes what it allows
 * @param ttl how long it lives, whole seconds; {@code auth.token-ttl} when empty
 * @param claims further claims; none that the proxy makes itself
 */
public record TokenRequest(
        String subject, Set<String> roles, Set<String> scopes, Optional<Duration> ttl, ObjectNode claims) {

    private static final List<String> OWN_CLAIMS =
            List.of("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "sid", "roles", "scope");

    public TokenRequest {
        if (!TokenClaims.isName(subject)) {
            throw new IllegalArgumentException("subject: no name (expected: 1 to 256 characters, none of control)");
        }
        for (String role : roles) {
            if (!TokenClaims.isName(role)) {
                throw new IllegalArgumentException("role: no name (expected: 1 to 256 characters, none of control)");
            }
        }
        for (String scope : scopes) {
            if (!AccessRequirement.isScope(scope)) {
                throw new IllegalArgumentException("scope: " + TokenRefusal.shown(scope)
                        + " (expected: printable ASCII without space, quote and backslash)");
            }
        }
        for (String claim : OWN_CLAIMS) {
            if (claims.has(claim)) {
                throw new IllegalArgumentException("claim: " + claim + " (expected: one that the proxy does not set)");
            }
        }
        roles = Set.copyOf(roles);
        scopes = Set.copyOf(scopes);
        ttl.ifPresent(duration -> {
            if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("ttl: less than a second (expected: 1s or more)");
            }
        });
        claims = claims.deepCopy();
    }

    public static TokenRequest of(String subject) {
        return new TokenRequest(subject, Set.of(), Set.of(), Optional.empty(), JsonNodeFactory.instance.objectNode());
    }

    public TokenRequest withRoles(Collection<String> roles) {
        return new TokenRequest(subject, new TreeSet<>(roles), scopes, ttl, claims);
    }

    public TokenRequest withScopes(Collection<String> scopes) {
        return new TokenRequest(subject, roles, new TreeSet<>(scopes), ttl, claims);
    }

    public TokenRequest withTtl(Duration ttl) {
        return new TokenRequest(subject, roles, scopes, Optional.of(ttl), claims);
    }

    public TokenRequest withClaim(String name, JsonNode value) {
        ObjectNode more = claims.deepCopy();
        more.set(name, value);
        return new TokenRequest(subject, roles, scopes, ttl, more);
    }
}
