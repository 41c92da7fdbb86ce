package io.inferenceproxy.auth;

import io.inferenceproxy.http.Headers;
import java.util.List;
import java.util.Optional;

/**
 * The one token in a request's head (RFC 6750 section 2.1). Nothing else is looked at: not the query, not cookies, not
 * the content, not {@code Proxy-Authorization}.
 */
sealed interface BearerCredentials {

    /** A token is there; whether it is any good is not known yet. */
    record Token(String text) implements BearerCredentials {}

    /** No token can be had, and this is the answer. */
    record Unusable(Authentication answer) implements BearerCredentials {}

    /** Whether {@code Authorization} stands there once, and nothing else that could be a credential. */
    static boolean isOneField(Headers headers) {
        return headers.count("Authorization") == 1 && !headers.contains("X-API-Key");
    }

    static BearerCredentials of(Headers headers) {
        Optional<String> authorization = headers.first("Authorization");
        boolean key =
                headers.first("X-API-Key").filter(value -> !value.isBlank()).isPresent();
        if (authorization.isEmpty()
                || authorization.get().isBlank() && headers.all("Authorization").size() == 1) {
            return new Unusable(
                    key ? new Authentication.Refused("an API key, and there are none") : new Authentication.Missing());
        }
        List<String> all = headers.all("Authorization");
        if (key || all.stream().distinct().count() > 1) {
            return new Unusable(new Authentication.Conflicting());
        }
        if (all.size() > 1) {
            return new Unusable(new Authentication.Refused("several Authorization fields"));
        }
        return ofField(authorization.get());
    }

    private static BearerCredentials ofField(String field) {
        int space = field.indexOf(' ');
        String scheme = space < 0 ? field : field.substring(0, space);
        if (!scheme.equalsIgnoreCase("Bearer")) {
            // Another scheme says nothing to us: as if nothing had been sent (RFC 6750 section 3.1).
            return new Unusable(new Authentication.Missing());
        }
        String token = space < 0 ? "" : field.substring(space).strip();
        return token.isEmpty() ? new Unusable(new Authentication.Refused("Bearer without a token")) : new Token(token);
    }
}
