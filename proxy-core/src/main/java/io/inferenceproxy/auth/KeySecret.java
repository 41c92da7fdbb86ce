package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of a secret of an API key.
 *
 * @param digest SHA-256 of the secret, base64url
 * @param until when it stops being good, because another took its place; empty for the present one
 */
public record KeySecret(Secret digest, Optional<Instant> until) {

    public KeySecret {
        if (!SecretText.isDigest(digest.reveal())) {
            throw new IllegalArgumentException("secret: no digest (expected: SHA-256 in base64url)");
        }
    }

    boolean isLive(Instant now) {
        return until.isEmpty() || now.isBefore(until.get());
    }
}
