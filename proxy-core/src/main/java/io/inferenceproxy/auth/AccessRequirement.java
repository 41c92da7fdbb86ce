package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.units.Quorum;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a caller must have to use a route.
 *
 * @param roles roles, of which as many are needed as {@code rolesMatch} says; empty: none is needed
 * @param scopes scopes, of which as many are needed as {@code scopesMatch} says
 * @param claims claims that are all needed, each with one of its values
 */
public record AccessRequirement(
        List<String> roles, Quorum rolesMatch, List<String> scopes, Quorum scopesMatch, List<RequiredClaim> claims) {

    /** A claim, by its name or a path with dots, and the values of which it must have one. */
    public record RequiredClaim(String name, List<String> values) {
        public RequiredClaim {
            values = List.copyOf(values);
        }

        boolean isIn(Caller.Identified caller) {
            return !Collections.disjoint(caller.claims().all(name), values);
        }
    }

    /** Good credentials alone. */
    public static final AccessRequirement NONE = of(List.of(), List.of());

    public AccessRequirement {
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        claims = List.copyOf(claims);
        for (String scope : scopes) {
            if (!isScope(scope)) {
                throw new IllegalArgumentException("scopes: " + TokenRefusal.shown(scope)
                        + " (expected: printable ASCII without space, quote and backslash)");
            }
        }
    }

    /** One of the roles, and all of the scopes. */
    public static AccessRequirement of(Collection<String> roles, Collection<String> scopes) {
        return new AccessRequirement(List.copyOf(roles), Quorum.ANY, List.copyOf(scopes), Quorum.ALL, List.of());
    }

    /** With these quorums of roles and of scopes. */
    public AccessRequirement matching(Quorum rolesMatch, Quorum scopesMatch) {
        return new AccessRequirement(roles, rolesMatch, scopes, scopesMatch, claims);
    }

    /** With these claims, each with one of its values. */
    public AccessRequirement withClaims(Map<String, List<String>> wanted) {
        List<RequiredClaim> all = new ArrayList<>();
        wanted.forEach((name, values) -> all.add(new RequiredClaim(name, values)));
        return new AccessRequirement(roles, rolesMatch, scopes, scopesMatch, all);
    }

    boolean isMetBy(Caller.Identified caller) {
        return hasRoles(caller) && hasScopes(caller) && missingClaim(caller).isEmpty();
    }

    /** What the caller lacks, in words for the log. */
    String lackOf(Caller.Identified caller) {
        if (!hasRoles(caller)) {
            return rolesMatch == Quorum.ANY ? "has no role of " + roles : "lacks a role of " + roles;
        }
        if (!hasScopes(caller)) {
            return scopesMatch == Quorum.ALL ? "lacks a scope of " + scopes : "has no scope of " + scopes;
        }
        return "lacks the claim " + missingClaim(caller);
    }

    /** The scopes that would be enough, as RFC 6750 section 3 has them. */
    String enoughScopes() {
        return scopesMatch == Quorum.ALL || scopes.isEmpty() ? String.join(" ", scopes) : scopes.get(0);
    }

    private boolean hasRoles(Caller.Identified caller) {
        return hasThose(caller.roles(), roles, rolesMatch);
    }

    private boolean hasScopes(Caller.Identified caller) {
        return hasThose(caller.scopes(), scopes, scopesMatch);
    }

    private static boolean hasThose(Set<String> present, List<String> wanted, Quorum quorum) {
        return wanted.isEmpty()
                || (quorum == Quorum.ALL ? present.containsAll(wanted) : !Collections.disjoint(present, wanted));
    }

    /** The first claim that the caller does not have as it must be; empty when there is none. */
    private String missingClaim(Caller.Identified caller) {
        for (int i = 0; i < claims.size(); i++) {
            if (!claims.get(i).isIn(caller)) {
                return claims.get(i).name();
            }
        }
        return "";
    }

    /** A scope-token of RFC 6749 section 3.3; it can stand in a quoted string as it is. */
    static boolean isScope(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\');
    }
}
