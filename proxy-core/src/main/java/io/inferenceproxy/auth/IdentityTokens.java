package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes short-lived tokens that tell an upstream who calls: {@code iss} is ours, {@code aud} the upstream's, {@code sub} the
 * caller, and {@code idp} the issuer of a caller who is not ours.
 *
 * <p>None of them is good for calling the proxy: its audience is another.
 */
public final class IdentityTokens {

    private final TokenMint mint;
    private final String issuer;
    private final String audience;
    private final Duration ttl;
    private final List<String> claims;
    private final Ticker ticker;

    /**
     * @param audience what {@code aud} is
     * @param claims the claims of the caller that go into a token
     * @throws IllegalArgumentException when the keys or the audience are not fit for that
     */
    public IdentityTokens(
            AuthOptions options, SigningKeys keys, String audience, Duration ttl, List<String> claims, Ticker ticker) {
        if (!keys.canSign() || keys.algorithm().isSymmetric()) {
            throw new IllegalArgumentException("identity.token: needs a key whose public half the upstream can have"
                    + " (expected: auth.algorithms that begin with RS, PS, ES or Ed25519, and a private key)");
        }
        if (options.audience().equals(audience) || options.audience().equals(TokenClaims.ANY_AUDIENCE)) {
            throw new IllegalArgumentException("identity.token.audience: " + audience
                    + " would make the token good for calls to the proxy (expected: another than auth.audience, which"
                    + " must not be none)");
        }
        this.mint = new TokenMint(keys, "JWT");
        this.issuer = options.issuer();
        this.audience = audience;
        this.ttl = ttl;
        this.claims = List.copyOf(claims);
        this.ticker = ticker;
    }

    /**
     * A token and its times.
     *
     * @param madeMillis since when it is good, in milliseconds of the time of day
     * @param endMillis until when
     */
    record Signed(TokenMint.Minted token, long madeMillis, long endMillis) {}

    /** A token that ends with the caller's own credentials at the latest. Signs, so it takes its time. */
    Signed tokenFor(Caller.Identified caller) {
        Instant now = ticker.now();
        Instant planned = now.plus(ttl);
        Instant end = caller.expiry().isBefore(planned) ? caller.expiry() : planned;
        long seconds = Math.max(end.getEpochSecond(), now.getEpochSecond() + 1);
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("iss", issuer)
                .put("sub", caller.subject())
                .put("aud", audience)
                .put("exp", seconds)
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("jti", mint.freshId());
        if (caller.external()) {
            json.put("idp", caller.issuer());
        }
        if (!caller.roles().isEmpty()) {
            ArrayNode roles = json.putArray("roles");
            new TreeSet<>(caller.roles()).forEach(roles::add);
        }
        if (!caller.scopes().isEmpty()) {
            json.put("scope", String.join(" ", new TreeSet<>(caller.scopes())));
        }
        for (String name : claims) {
            List<String> values = caller.claims().all(name);
            if (values.size() == 1 && !json.has(name)) {
                json.put(name, values.get(0));
            } else if (values.size() > 1 && !json.has(name)) {
                ArrayNode all = json.putArray(name);
                values.forEach(all::add);
            }
        }
        return new Signed(mint.mint(json), now.toEpochMilli(), seconds * 1_000);
    }
}
