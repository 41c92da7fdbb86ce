package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The claims of a token whose signature is good (RFC 7519 section 4.1), held to presence, type and value. */
final class TokenClaims {

    /** By how much the clocks of those who mint and those who verify may differ. */
    static final Duration SKEW = Duration.ofSeconds(30);

    static final String ANY_AUDIENCE = "none";

    private static final Instant FOREVER = Instant.ofEpochMilli(Long.MAX_VALUE).minus(SKEW);
    private static final int MAX_NAME = 256;
    private static final long MAX_EXACT = 1L << 53;

    private final JsonNode claims;
    private final Instant now;

    private TokenClaims(JsonNode claims, Instant now) {
        this.claims = claims;
        this.now = now;
    }

    static Caller.Identified callerOf(JsonNode claims, CallerRules rules, Instant now) throws TokenRefusal {
        return new TokenClaims(claims, now).caller(rules);
    }

    /** Whether what ends at that moment has ended by now, the skew granted. */
    static boolean isPast(Instant expiry, Instant now) {
        return !now.minus(SKEW).isBefore(expiry);
    }

    /** When that has ended which ends at that moment, the skew granted, in milliseconds of the time of day. */
    static long expiresMillis(Instant expiry) {
        return expiry.compareTo(FOREVER) >= 0
                ? Long.MAX_VALUE
                : expiry.plus(SKEW).toEpochMilli();
    }

    private Caller.Identified caller(CallerRules rules) throws TokenRefusal {
        requireIssuer(rules.issuer());
        if (!rules.audience().equals(ANY_AUDIENCE)) {
            requireAudience(rules.audience());
        }
        String subject = subject();
        Instant expiry = expiry();
        requireNotAhead(TokenCheck.NOT_BEFORE, "nbf");
        requireNotAhead(TokenCheck.ISSUED_AT, "iat");
        if (rules.mapped().isEmpty()) {
            return new Caller.Identified(
                    rules.issuer(), false, subject, roles(), scopes(), expiry, ClaimPath.kept(claims, rules.kept()));
        }
        MappedGrants mapped = rules.mapped().get();
        return new Caller.Identified(
                rules.issuer(),
                true,
                subject,
                mapped.rolesOf(claims),
                mapped.scopesOf(claims),
                expiry,
                ClaimPath.kept(claims, rules.kept()));
    }

    private void requireIssuer(String issuer) throws TokenRefusal {
        JsonNode iss = claims.get("iss");
        if (iss == null || !iss.isString()) {
            throw new TokenRefusal(TokenCheck.ISSUER, "iss is missing or no string");
        }
        if (!iss.stringValue().equals(issuer)) {
            throw new TokenRefusal(
                    TokenCheck.ISSUER,
                    "iss is " + TokenRefusal.shown(iss.stringValue()) + " (expected: " + issuer + ")");
        }
    }

    private void requireAudience(String audience) throws TokenRefusal {
        JsonNode aud = claims.get("aud");
        List<String> audiences = aud != null && aud.isString()
                ? List.of(aud.stringValue())
                : strings(TokenCheck.AUDIENCE, "aud", aud, "a string or an array of strings");
        if (!audiences.contains(audience)) {
            throw new TokenRefusal(
                    TokenCheck.AUDIENCE,
                    "aud is " + TokenRefusal.shown(String.join(" ", audiences)) + " (expected: " + audience + ")");
        }
    }

    private String subject() throws TokenRefusal {
        JsonNode sub = claims.get("sub");
        if (sub == null || !sub.isString()) {
            throw new TokenRefusal(TokenCheck.SUBJECT, "sub is missing or no string");
        }
        if (!isName(sub.stringValue())) {
            throw new TokenRefusal(
                    TokenCheck.SUBJECT, "sub is no name (expected: 1 to " + MAX_NAME + " characters, none of control)");
        }
        return sub.stringValue();
    }

    private Instant expiry() throws TokenRefusal {
        JsonNode exp = claims.get("exp");
        if (exp == null) {
            throw new TokenRefusal(TokenCheck.EXPIRY, "exp is missing");
        }
        Instant expiry = instant(TokenCheck.EXPIRY, "exp", exp);
        if (isPast(expiry, now)) {
            throw new TokenRefusal(TokenCheck.EXPIRY, "expired at " + expiry);
        }
        return expiry;
    }

    private void requireNotAhead(TokenCheck check, String claim) throws TokenRefusal {
        JsonNode node = claims.get(claim);
        if (node != null && instant(check, claim, node).isAfter(now.plus(SKEW))) {
            throw new TokenRefusal(check, claim + " is ahead of now");
        }
    }

    /** Seconds since 1970, whole or not, within what a double holds exactly: far from every overflow. */
    private static Instant instant(TokenCheck check, String claim, JsonNode node) throws TokenRefusal {
        double seconds = node.isNumber() ? node.doubleValue() : Double.NaN;
        if (!(Math.abs(seconds) <= MAX_EXACT)) {
            throw new TokenRefusal(check, claim + " is no number of seconds");
        }
        return Instant.ofEpochSecond((long) Math.floor(seconds));
    }

    private Set<String> roles() throws TokenRefusal {
        JsonNode roles = claims.get("roles");
        if (roles == null) {
            return Set.of();
        }
        List<String> names = strings(TokenCheck.GRANTS, "roles", roles, "an array of strings");
        for (String name : names) {
            if (!isName(name)) {
                throw new TokenRefusal(TokenCheck.GRANTS, "roles has what is no name");
            }
        }
        return new HashSet<>(names);
    }

    private Set<String> scopes() throws TokenRefusal {
        JsonNode scope = claims.get("scope");
        if (scope == null) {
            return Set.of();
        }
        if (!scope.isString()) {
            throw new TokenRefusal(TokenCheck.GRANTS, "scope is no string");
        }
        Set<String> scopes = new HashSet<>();
        for (String name : scope.stringValue().split(" ", -1)) {
            if (!name.isEmpty()) {
                if (!isName(name)) {
                    throw new TokenRefusal(TokenCheck.GRANTS, "scope has what is no name");
                }
                scopes.add(name);
            }
        }
        return scopes;
    }

    private static List<String> strings(TokenCheck check, String claim, @Nullable JsonNode node, String expected)
            throws TokenRefusal {
        if (node == null) {
            throw new TokenRefusal(check, claim + " is missing");
        }
        List<String> strings = new ArrayList<>();
        boolean right = node.isArray();
        for (JsonNode element : node) {
            right &= element.isString();
            strings.add(element.isString() ? element.stringValue() : "");
        }
        if (!right) {
            throw new TokenRefusal(check, claim + " is not " + expected);
        }
        return strings;
    }

    /** Whether the text may name a user or a role: 1 to 256 characters, none of control, and writable as UTF-8. */
    static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_NAME
                && text.chars().noneMatch(Character::isISOControl)
                && StrictJson.isEncodable(text);
    }
}
