package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.time.Instant;

/**
 * What is kept of a login: the family of tokens that came from it.
 *
 * @param id which one it is; tokens name it ({@code sid}), so it is no secret
 * @param user who signed in
 * @param root SHA-256 of what all its refresh tokens have in common and nobody else knows, base64url
 * @param turn SHA-256 of what the present refresh token alone has, base64url
 * @param created when the user signed in
 * @param expiry when the present refresh token ends
 * @param tokensEnd when the last of its access tokens ends
 */
public record Session(
        String id, String user, Secret root, Secret turn, Instant created, Instant expiry, Instant tokensEnd) {

    public Session {
        if (!RefreshToken.isId(id)) {
            throw new IllegalArgumentException("session: no identifier");
        }
        if (!TokenClaims.isName(user)) {
            throw new IllegalArgumentException("user: no name (expected: 1 to 256 characters, none of control)");
        }
        if (!SecretText.isDigest(root.reveal()) || !SecretText.isDigest(turn.reveal())) {
            throw new IllegalArgumentException("session: no digest (expected: SHA-256 in base64url)");
        }
    }

    /** With another refresh token in place of the present one. */
    public Session turned(Secret turn, Instant expiry, Instant tokensEnd) {
        return new Session(
                id, user, root, turn, created, expiry, tokensEnd.isAfter(this.tokensEnd) ? tokensEnd : this.tokensEnd);
    }
}
