package io.inferenceproxy.auth;

import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What a token is known by when it is revoked: itself, the login or the API key it came from, or whose it is.
 *
 * @param id the token ({@code jti}); without one, a digest of what is signed
 * @param session the login it came from ({@code sid}); empty when it came from none of ours
 * @param key the API key it came from ({@code client_id}), as {@link KeyTokens} marks it; empty when it came from none
 * @param subject whose it is; empty when it is not of our making
 * @param issued when it was made; the beginning of time when it does not say
 * @param expiry when it ends
 */
public record TokenMark(String id, String session, String key, String subject, Instant issued, Instant expiry) {

    /**
     * The mark of a token that has been verified.
     *
     * @param own our own issuer: of others only the token counts, since they know nothing of our users and sessions
     */
    static TokenMark of(UnverifiedToken token, String own) throws TokenRefusal {
        JsonNode claims = token.claims();
        Instant issued = seconds(claims.path("iat"));
        Instant expiry = seconds(claims.path("exp"));
        boolean ours = claims.path("iss").asString("").equals(own);
        String id = claims.path("jti").asString("");
        String key = ours ? claims.path("client_id").asString("") : "";
        return new TokenMark(
                ours && !id.isEmpty() ? id : SecretText.digest(token.signed()).reveal(),
                ours ? claims.path("sid").asString("") : "",
                KeyText.isId(key) ? KeyTokens.markOf(key) : "",
                ours ? claims.path("sub").asString("") : "",
                issued,
                expiry);
    }

    private static Instant seconds(JsonNode time) {
        try {
            return time.isNumber() ? Instant.ofEpochSecond((long) Math.floor(time.doubleValue())) : Instant.MIN;
        } catch (DateTimeException beyond) {
            return Instant.MIN;
        }
    }
}
