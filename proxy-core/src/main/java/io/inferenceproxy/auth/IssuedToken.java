package io.inferenceproxy.auth;

import java.time.Duration;
import java.time.Instant;

/**
 * A token fresh from the mint.
 *
 * @param text the token itself, in JWS compact form; a credential
 * @param expiry when it ends
 * @param lifetime how long it lives, whole seconds
 */
public record IssuedToken(String text, Instant expiry, Duration lifetime) {

    /** Without the token. */
    @Override
    public String toString() {
        return "IssuedToken[expiry=" + expiry + "]";
    }
}
