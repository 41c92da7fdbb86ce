package io.inferenceproxy.auth;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which roles the callers of an external issuer have: those that are mapped, and no others.
 */
public record IssuerRolesOptions(
        @Setting(
                "Claim with the issuer's own groups or roles, such as groups or realm_access.roles; without it there are none")
        String claim,

        @Setting("From what the claim says to a role here; what is not in it counts for nothing")
        Map<String, String> map) {

    /** What holds when nothing is configured: no roles at all. */
    public static final IssuerRolesOptions DEFAULT = new IssuerRolesOptions("", Map.of());

    public IssuerRolesOptions {
        Require.printable(claim, "claim");
        map = Collections.unmodifiableMap(new LinkedHashMap<>(map));
        map.forEach((theirs, ours) -> {
            if (!TokenClaims.isName(ours)) {
                throw new IllegalArgumentException(
                        "map: " + TokenRefusal.shown(theirs) + " to no name (expected: a role, 1 to 256 characters)");
            }
        });
        if (claim.isEmpty() && !map.isEmpty()) {
            throw new IllegalArgumentException("claim: none, but a map (expected: the claim that the map is for)");
        }
    }

    public IssuerRolesOptions withClaim(String claim) {
        return new IssuerRolesOptions(claim, map);
    }

    public IssuerRolesOptions withMap(Map<String, String> map) {
        return new IssuerRolesOptions(claim, map);
    }

    /** Roles from this claim by this map. */
    public static IssuerRolesOptions of(String claim, Map<String, String> map) {
        return new IssuerRolesOptions(claim, map);
    }
}
