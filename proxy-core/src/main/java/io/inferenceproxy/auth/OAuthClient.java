package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Set;

/**
 * A program that has shown its secret.
 *
 * @param subject whom its tokens are for
 * @param roles what they say it is
 * @param scopes what they may allow at most
 * @param expiry when they end at the latest; {@link Instant#MAX} for whenever
 * @param unbound whether tokens say all that holds for it; if not, it gets none
 */
record OAuthClient(String subject, Set<String> roles, Set<String> scopes, Instant expiry, boolean unbound) {

    OAuthClient {
        roles = Set.copyOf(roles);
        scopes = Set.copyOf(scopes);
    }
}
