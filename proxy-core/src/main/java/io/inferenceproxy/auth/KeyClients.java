package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * API keys as programs: the identifier of the key is {@code client_id}, and {@code client_secret} is the key, with or without
 * what stands before its secret.
 */
final class KeyClients implements ClientStore {

    private static final Secret NOBODYS = SecretText.digest("nobody's");

    private final KeyStore keys;
    private final UserStore users;
    private final Ticker ticker;

    KeyClients(KeyStore keys, UserStore users, Ticker ticker) {
        this.keys = keys;
        this.users = users;
        this.ticker = ticker;
    }

    @Override
    public Optional<OAuthClient> client(String id, Secret secret) {
        String text = secret.reveal();
        Optional<KeyText> shown =
                KeyText.parse(text.startsWith(KeyText.PREFIX) ? text : KeyText.PREFIX + id + "_" + text);
        if (shown.isEmpty() || !shown.get().id().equals(id)) {
            return Optional.empty();
        }
        Instant now = ticker.now();
        Optional<ApiKey> found = keys.findNow(id);
        Optional<KeySecret> matching = matching(shown.get(), found, now);
        return found.filter(key -> matching.isPresent() && key.enabled())
                .filter(key ->
                        key.expiry().isEmpty() || now.isBefore(key.expiry().get()))
                .filter(key -> !users.isDisabled(key.user()))
                .map(key -> {
                    keys.used(id, now);
                    return new OAuthClient(
                            key.user(),
                            key.roles(),
                            key.scopes(),
                            end(key, matching.get()),
                            key.routes().isEmpty());
                });
    }

    /** Tokens end with the key, and those that an old secret gave with that secret. */
    private static Instant end(ApiKey key, KeySecret shown) {
        Instant keyEnds = key.expiry().orElse(Instant.MAX);
        Instant secretEnds = shown.until().orElse(Instant.MAX);
        return keyEnds.isBefore(secretEnds) ? keyEnds : secretEnds;
    }

    /** The secret that was shown. Compares as much of a key that is not there as of one that is. */
    private static Optional<KeySecret> matching(KeyText shown, Optional<ApiKey> found, Instant now) {
        Secret digest = SecretText.digest(shown.secret().reveal());
        List<KeySecret> secrets = found.map(ApiKey::secrets).orElse(List.of());
        Optional<KeySecret> matching = Optional.empty();
        for (int i = 0; i < ApiKey.MOST_SECRETS; i++) {
            boolean same = digest.equals(i < secrets.size() ? secrets.get(i).digest() : NOBODYS);
            if (same && i < secrets.size() && secrets.get(i).isLive(now)) {
                matching = Optional.of(secrets.get(i));
            }
        }
        return matching;
    }
}
