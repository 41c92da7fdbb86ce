package io.inferenceproxy.auth;

import java.util.List;
import java.util.Optional;

/**
 * The API keys of users who are removed: they are disabled first, since those of a disabled user would be good again as soon
 * as nobody knows that the user was disabled. Reads all keys, and writes to the stores, so it is for threads that may block.
 */
public final class UserKeys {

    private static final int PAGE = 1_000;

    private final KeyStore keys;
    private final KeyTokens tokens;

    /**
     * @param keys all there are
     * @param tokens what programs have got with keys, which ends with them
     */
    public UserKeys(KeyStore keys, KeyTokens tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    /**
     * Disables the keys of a user, and ends the tokens that were got with them.
     *
     * @return how many keys were good until now
     */
    public int disable(String user) {
        int disabled = 0;
        List<ApiKey> page = keys.page("", PAGE);
        while (!page.isEmpty()) {
            for (ApiKey key : page) {
                disabled += key.user().equals(user) && disabled(key) ? 1 : 0;
            }
            page = keys.page(page.get(page.size() - 1).id(), PAGE);
        }
        return disabled;
    }

    /** Tries again for as long as others change the same key at the same time. */
    private boolean disabled(ApiKey key) {
        Optional<ApiKey> seen = Optional.of(key);
        while (seen.filter(ApiKey::enabled).isPresent()) {
            if (keys.replace(seen.get(), seen.get().withEnabled(false))) {
                tokens.endPresent(key.id());
                return true;
            }
            seen = keys.findNow(key.id());
        }
        return false;
    }
}
