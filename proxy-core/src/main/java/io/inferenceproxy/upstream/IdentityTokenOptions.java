package io.inferenceproxy.upstream;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.time.Duration;
import java.util.List;

/**
 * A token of our own that tells an upstream who calls, so that it need not trust the network between.
 */
public record IdentityTokenOptions(
        @Setting("Field with the token; Authorization puts Bearer before it; empty for no token")
        String header,

        @Setting("Audience (aud) of the token: a name of this upstream, and not that of callers' tokens")
        String audience,

        @Setting("How long a token lives; it is used for several calls of a caller and replaced before its end")
        Duration ttl,

        @Setting("Claims of the caller's own token that go into it")
        List<String> claims) {

    /** What holds when nothing is configured: no token. */
    public static final IdentityTokenOptions DEFAULT =
            new IdentityTokenOptions("", "", Duration.ofMinutes(1), List.of());

    public IdentityTokenOptions {
        IdentityOptions.requireField(header, "header");
        Require.printable(audience, "audience");
        claims = List.copyOf(claims);
        if (header.isEmpty() != audience.isEmpty()) {
            throw new IllegalArgumentException("audience: " + (audience.isEmpty() ? "none" : "without a header")
                    + " (expected: both, or neither)");
        }
        if (ttl.compareTo(Duration.ofSeconds(5)) < 0 || ttl.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("ttl: " + ttl + " (expected: 5s to 1h)");
        }
    }

    /** Whether there is a token at all. */
    public boolean isOn() {
        return !header.isEmpty();
    }

    public IdentityTokenOptions withHeader(String header) {
        return new IdentityTokenOptions(header, audience, ttl, claims);
    }

    public IdentityTokenOptions withAudience(String audience) {
        return new IdentityTokenOptions(header, audience, ttl, claims);
    }

    public IdentityTokenOptions withTtl(Duration ttl) {
        return new IdentityTokenOptions(header, audience, ttl, claims);
    }

    public IdentityTokenOptions withClaims(List<String> claims) {
        return new IdentityTokenOptions(header, audience, ttl, claims);
    }

    /** A token in this field for this audience. */
    public static IdentityTokenOptions of(String header, String audience) {
        return new IdentityTokenOptions(header, audience, DEFAULT.ttl, DEFAULT.claims);
    }
}
