package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Mints the proxy's own tokens, after the profile for access tokens (RFC 9068). Safe for many threads; with an RSA or EC
 * key a token takes milliseconds.
 */
public final class TokenIssuer {

    private final TokenMint mint;
    private final AuthOptions options;
    private final Ticker ticker;

    /**
     * @throws IllegalArgumentException when the keys cannot sign ({@link SigningKeys#canSign()})
     */
    public TokenIssuer(AuthOptions options, SigningKeys keys, Ticker ticker) {
        if (!keys.canSign()) {
            throw new IllegalArgumentException(
                    "auth.key-file: has only a public key (expected: a private key, which" + " signs tokens)");
        }
        this.mint = new TokenMint(keys, "at+jwt");
        this.options = options;
        this.ticker = ticker;
    }

    /** How long tokens live of whom nobody says how long. */
    Duration usualTtl() {
        return options.tokenTtl();
    }

    /**
     * Mints a token that holds from now on.
     *
     * @throws IllegalArgumentException when it would be longer than a verifier takes
     */
    public IssuedToken issue(TokenRequest request) {
        return issue(request, "", Instant.MIN);
    }

    /**
     * Mints a token of a session.
     *
     * @param session which one; empty for none
     * @param earliest before that moment it must not seem to be made
     */
    IssuedToken issue(TokenRequest request, String session, Instant earliest) {
        Duration lifetime = Duration.ofSeconds(
                Math.max(1, request.ttl().orElse(options.tokenTtl()).toSeconds()));
        Instant second = Instant.ofEpochSecond(ticker.now().getEpochSecond());
        Instant now = second.isBefore(earliest) ? earliest : second;
        Instant expiry = now.plus(lifetime);
        return new IssuedToken(mint.mint(claims(request, session, now, expiry)).text(), expiry, lifetime);
    }

    private ObjectNode claims(TokenRequest request, String session, Instant now, Instant expiry) {
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", options.issuer())
                .put("sub", request.subject());
        if (!options.audience().equals(TokenClaims.ANY_AUDIENCE)) {
            claims.put("aud", options.audience());
        }
        claims.put("exp", expiry.getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("jti", mint.freshId());
        if (!session.isEmpty()) {
            claims.put("sid", session);
        }
        Set<String> roles = new TreeSet<>(request.roles());
        if (!roles.isEmpty()) {
            ArrayNode names = claims.putArray("roles");
            roles.forEach(names::add);
        }
        if (!request.scopes().isEmpty()) {
            claims.put("scope", String.join(" ", new TreeSet<>(request.scopes())));
        }
        claims.setAll(request.claims());
        return claims;
    }
}
