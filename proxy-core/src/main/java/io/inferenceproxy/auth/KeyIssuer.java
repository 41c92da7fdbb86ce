package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Makes API keys and gives them other secrets. Writes to the store, so it is for threads that may block. */
public final class KeyIssuer {

    private final KeyStore keys;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();

    public KeyIssuer(KeyStore keys, Ticker ticker) {
        this.keys = keys;
        this.ticker = ticker;
    }

    /**
     * Makes a key and keeps its digest.
     *
     * @throws IllegalArgumentException when the request has something that a key cannot have
     */
    public IssuedKey create(KeyRequest request) {
        Instant now = ticker.now().truncatedTo(ChronoUnit.SECONDS);
        while (true) {
            KeyText text = KeyText.random(random);
            ApiKey key = new ApiKey(
                    text.id(),
                    request.user(),
                    request.roles(),
                    request.scopes(),
                    request.routes(),
                    now,
                    request.ttl().map(now::plus),
                    request.note(),
                    true,
                    List.of(new KeySecret(digest(text), Optional.empty())));
            if (keys.add(key)) {
                return new IssuedKey(text.whole(), key, false);
            }
        }
    }

    /**
     * Gives a key another secret.
     *
     * @param grace how long the present one is good yet
     * @return empty when there is no such key
     */
    public Optional<IssuedKey> rotate(String id, Duration grace) {
        while (true) {
            Optional<ApiKey> seen = keys.findNow(id);
            if (seen.isEmpty()) {
                return Optional.empty();
            }
            KeyText text = KeyText.withId(id, random);
            Instant now = ticker.now().truncatedTo(ChronoUnit.SECONDS);
            ApiKey next = seen.get().rotated(digest(text), now, grace);
            if (keys.replace(seen.get(), next)) {
                return Optional.of(new IssuedKey(text.whole(), next, seen.get().losesSecret(next, now)));
            }
        }
    }

    private static Secret digest(KeyText text) {
        return SecretText.digest(text.secret().reveal());
    }
}
