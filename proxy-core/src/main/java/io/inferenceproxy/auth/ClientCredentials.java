package io.inferenceproxy.auth;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * With what a program says who it is: by {@code Authorization: Basic}, or by parameters of the form (RFC 6749 section 2.3.1).
 *
 * @param id its identifier
 * @param secret its secret
 */
record ClientCredentials(String id, Secret secret) {

    private static final int MAX_LENGTH = 1024;
    private static final String BASIC = "Basic ";

    /** What is there; empty when there is nothing. */
    static Optional<ClientCredentials> of(Headers headers, FormParameters form) throws FormParameters.Unreadable {
        List<String> fields = headers.all("Authorization");
        String secret = form.value("client_secret");
        if (fields.isEmpty()) {
            return secret.isEmpty() ? Optional.empty() : Optional.of(checked(form.value("client_id"), secret));
        }
        if (!secret.isEmpty() || fields.size() > 1) {
            throw new FormParameters.Unreadable("credentials in more than one place");
        }
        Optional<ClientCredentials> basic = basic(fields.get(0));
        String named = form.value("client_id");
        if (basic.isPresent() && !named.isEmpty() && !named.equals(basic.get().id)) {
            throw new FormParameters.Unreadable("two different client_id");
        }
        return basic;
    }

    private static Optional<ClientCredentials> basic(String field) throws FormParameters.Unreadable {
        if (!field.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        String pair;
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(field.substring(BASIC.length()).strip());
            pair = new String(decoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new FormParameters.Unreadable("Basic credentials that are not base64");
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new FormParameters.Unreadable("Basic credentials without a colon");
        }
        return Optional.of(checked(
                FormParameters.decoded(pair.substring(0, colon)), FormParameters.decoded(pair.substring(colon + 1))));
    }

    private static ClientCredentials checked(String id, String secret) throws FormParameters.Unreadable {
        if (!TokenClaims.isName(id) || secret.length() > MAX_LENGTH || !StrictJson.isEncodable(secret)) {
            throw new FormParameters.Unreadable("a client_id or client_secret that cannot be one");
        }
        return new ClientCredentials(id, Secret.of(secret));
    }
}
