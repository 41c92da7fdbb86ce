package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * What a caller must have to use a route.
 *
 * @param roles roles of which one is enough; empty: none is needed
 * @param scopes scopes that are all needed
 */
public record AccessRequirement(List<String> roles, List<String> scopes) {

    /** Good credentials alone. */
    public static final AccessRequirement NONE = new AccessRequirement(List.of(), List.of());

    public AccessRequirement {
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        for (String scope : scopes) {
            if (!isScope(scope)) {
                throw new IllegalArgumentException("scopes: " + TokenRefusal.shown(scope)
                        + " (expected: printable ASCII without space, quote and backslash)");
            }
        }
    }

    /** For the roles and scopes of a route. */
    public static AccessRequirement of(Collection<String> roles, Collection<String> scopes) {
        return new AccessRequirement(List.copyOf(roles), List.copyOf(scopes));
    }

    boolean isMetBy(Caller.Identified caller) {
        return hasRole(caller) && (scopes.isEmpty() || caller.scopes().containsAll(scopes));
    }

    /** What the caller lacks, in words for the log. */
    String lackOf(Caller.Identified caller) {
        return hasRole(caller) ? "lacks a scope of " + scopes : "has no role of " + roles;
    }

    private boolean hasRole(Caller.Identified caller) {
        return roles.isEmpty() || !Collections.disjoint(caller.roles(), roles);
    }

    /** A scope-token of RFC 6749 section 3.3; it can stand in a quoted string as it is. */
    static boolean isScope(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\');
    }
}
