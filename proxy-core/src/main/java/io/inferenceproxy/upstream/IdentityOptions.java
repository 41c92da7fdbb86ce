package io.inferenceproxy.upstream;

import io.inferenceproxy.units.Setting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How an upstream is told who calls. What a client sends in one of these fields never goes there.
 */
public record IdentityOptions(
        @Setting("Field with the caller's name; empty for none")
        String subject,

        @Setting("Field with the issuer of callers of external ones; empty for none")
        String issuer,

        @Setting("Field with the roles, separated by commas; empty for none")
        String roles,

        @Setting("Field with the scopes, separated by spaces; empty for none")
        String scopes,

        @Setting("Fields with claims of the caller's token, separated by commas: from the field to the claim")
        Map<String, String> claims,

        @Setting("A token of our own, in place of or beside the fields")
        IdentityTokenOptions token) {

    /** What holds when nothing is configured. */
    public static final IdentityOptions DEFAULT = new IdentityOptions(
            "X-Forwarded-User", "X-Forwarded-Issuer", "", "", Map.of(), IdentityTokenOptions.DEFAULT);

    public IdentityOptions {
        requireField(subject, "subject");
        requireField(issuer, "issuer");
        requireField(roles, "roles");
        requireField(scopes, "scopes");
        claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
        claims.keySet().forEach(field -> requireField(field, "claims"));
        requireDifferent(names(subject, issuer, roles, scopes, claims, token));
    }

    /** The names of all fields that are set. */
    List<String> names() {
        return names(subject, issuer, roles, scopes, claims, token);
    }

    private static List<String> names(
            String subject,
            String issuer,
            String roles,
            String scopes,
            Map<String, String> claims,
            IdentityTokenOptions token) {
        List<String> names = new ArrayList<>(List.of(subject, issuer, roles, scopes, token.header()));
        names.addAll(claims.keySet());
        names.removeIf(String::isEmpty);
        return names;
    }

    private static void requireDifferent(List<String> names) {
        if (names.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().count() < names.size()) {
            throw new IllegalArgumentException("identity: " + names + " (expected: each field once)");
        }
    }

    /** Refuses what is no field name, or one that frames a message or is always the proxy's. */
    static void requireField(String name, String key) {
        boolean ours = name.equalsIgnoreCase("X-Forwarded-User") || name.equalsIgnoreCase("X-Forwarded-Issuer");
        if (!name.isEmpty()
                && (!name.matches("[!#$%&'*+.^`|~0-9A-Za-z-]{1,256}")
                        || name.equalsIgnoreCase("Host")
                        || FieldRules.NOT_CONFIGURABLE.contains(name) && !ours)) {
            throw new IllegalArgumentException(
                    key + ": " + name + " (expected: a field name without _ that the proxy does not set itself)");
        }
    }

    public IdentityOptions withSubject(String subject) {
        return new IdentityOptions(subject, issuer, roles, scopes, claims, token);
    }

    public IdentityOptions withIssuer(String issuer) {
        return new IdentityOptions(subject, issuer, roles, scopes, claims, token);
    }

    public IdentityOptions withRoles(String roles) {
        return new IdentityOptions(subject, issuer, roles, scopes, claims, token);
    }

    public IdentityOptions withScopes(String scopes) {
        return new IdentityOptions(subject, issuer, roles, scopes, claims, token);
    }

    public IdentityOptions withClaims(Map<String, String> claims) {
        return new IdentityOptions(subject, issuer, roles, scopes, claims, token);
    }

    public IdentityOptions withToken(IdentityTokenOptions token) {
        return new IdentityOptions(subject, issuer, roles, scopes, claims, token);
    }
}
