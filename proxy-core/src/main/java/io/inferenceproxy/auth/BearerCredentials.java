package io.inferenceproxy.auth;

import io.inferenceproxy.http.Headers;
import java.util.List;

/**
 * The one token or API key in a request's head (RFC 6750 section 2.1). Nothing else is looked at: not the query, not
 * cookies, not the content, not {@code Proxy-Authorization}.
 */
sealed interface BearerCredentials {

    /** A token is there; whether it is any good is not known yet. */
    record Token(String text) implements BearerCredentials {}

    /** An API key is there, or what claims to be one. */
    record Key(String text) implements BearerCredentials {}

    /** No token can be had, and this is the answer. */
    record Unusable(Authentication answer) implements BearerCredentials {}

    /** Whether {@code Authorization} stands there once, and nothing else that could be a credential. */
    static boolean isOneField(Headers headers) {
        return headers.count("Authorization") == 1 && !headers.contains("X-API-Key");
    }

    static BearerCredentials of(Headers headers) {
        List<String> keys = headers.all("X-API-Key").stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
        List<String> all = headers.all("Authorization");
        boolean noField = all.isEmpty() || all.size() == 1 && all.get(0).isBlank();
        if (noField) {
            return keys.isEmpty() ? new Unusable(new Authentication.Missing()) : ofKeys(keys);
        }
        if (all.stream().distinct().count() > 1) {
            return new Unusable(new Authentication.Conflicting());
        }
        BearerCredentials field = ofField(all.get(0));
        if (keys.stream()
                .anyMatch(key -> !(field instanceof Key same && same.text().equals(key)))) {
            return new Unusable(new Authentication.Conflicting());
        }
        return all.size() > 1 ? new Unusable(new Authentication.Refused("several Authorization fields")) : field;
    }

    private static BearerCredentials ofKeys(List<String> keys) {
        if (keys.stream().distinct().count() > 1) {
            return new Unusable(new Authentication.Conflicting());
        }
        return keys.size() > 1
                ? new Unusable(new Authentication.Refused("several X-API-Key fields"))
                : new Key(keys.get(0));
    }

    private static BearerCredentials ofField(String field) {
        int space = field.indexOf(' ');
        String scheme = space < 0 ? field : field.substring(0, space);
        if (!scheme.equalsIgnoreCase("Bearer")) {
            // Another scheme says nothing to us: as if nothing had been sent (RFC 6750 section 3.1).
            return new Unusable(new Authentication.Missing());
        }
        String token = space < 0 ? "" : field.substring(space).strip();
        if (token.isEmpty()) {
            return new Unusable(new Authentication.Refused("Bearer without a token"));
        }
        return token.startsWith(KeyText.PREFIX) ? new Key(token) : new Token(token);
    }
}
