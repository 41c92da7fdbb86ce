package io.inferenceproxy.auth;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * What a new API key shall be like.
 *
 * @param user whose it is
 * @param roles what calls with it have
 * @param scopes what it allows
 * @param routes the names of the routes that it may be used on; empty for all
 * @param ttl how long it is good; empty for ever
 * @param note what it is for
 */
public record KeyRequest(
        String user, Set<String> roles, Set<String> scopes, Set<String> routes, Optional<Duration> ttl, String note) {

    public KeyRequest {
        roles = Set.copyOf(roles);
        scopes = Set.copyOf(scopes);
        routes = Set.copyOf(routes);
        ttl.ifPresent(duration -> {
            if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("ttl: less than a second (expected: 1s or more)");
            }
        });
    }

    public static KeyRequest of(String user) {
        return new KeyRequest(user, Set.of(), Set.of(), Set.of(), Optional.empty(), "");
    }

    public KeyRequest withRoles(Collection<String> roles) {
        return new KeyRequest(user, Set.copyOf(roles), scopes, routes, ttl, note);
    }

    public KeyRequest withScopes(Collection<String> scopes) {
        return new KeyRequest(user, roles, Set.copyOf(scopes), routes, ttl, note);
    }

    public KeyRequest withRoutes(Collection<String> routes) {
        return new KeyRequest(user, roles, scopes, Set.copyOf(routes), ttl, note);
    }

    public KeyRequest withTtl(Duration ttl) {
        return new KeyRequest(user, roles, scopes, routes, Optional.of(ttl), note);
    }

    public KeyRequest withNote(String note) {
        return new KeyRequest(user, roles, scopes, routes, ttl, note);
    }
}
