package io.inferenceproxy.auth;

import com.nimbusds.jose.util.Base64URL;
import io.inferenceproxy.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Mints the proxy's own tokens, after the profile for access tokens (RFC 9068). Safe for many threads; with an RSA or EC
 * key a token takes milliseconds.
 */
public final class TokenIssuer {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ID_BYTES = 16;

    private final SigningKeys keys;
    private final AuthOptions options;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();
    private volatile Head head;

    /** The first part of the tokens that a key signs. */
    private record Head(SigningKey key, Base64URL text) {
        static Head of(SigningKey key) {
            return new Head(
                    key,
                    encoded(JsonNodeFactory.instance
                            .objectNode()
                            .put("alg", key.algorithm().toString())
                            .put("kid", key.id())
                            .put("typ", "at+jwt")));
        }
    }

    /**
     * @throws IllegalArgumentException when the keys cannot sign ({@link SigningKeys#canSign()})
     */
    public TokenIssuer(AuthOptions options, SigningKeys keys, Ticker ticker) {
        if (!keys.canSign()) {
            throw new IllegalArgumentException(
                    "auth.key-file: has only a public key (expected: a private key, which" + " signs tokens)");
        }
        this.keys = keys;
        this.options = options;
        this.ticker = ticker;
        this.head = Head.of(keys.signing());
    }

    /** That of the key that signs now. */
    private Head head() {
        SigningKey signing = keys.signing();
        Head present = head;
        if (!present.key.equals(signing)) {
            present = Head.of(signing);
            head = present;
        }
        return present;
    }

    /**
     * Mints a token that holds from now on.
     *
     * @throws IllegalArgumentException when it would be longer than a verifier takes
     */
    public IssuedToken issue(TokenRequest request) {
        return issue(request, "", Instant.MIN);
    }

    /**
     * Mints a token of a session.
     *
     * @param session which one; empty for none
     * @param earliest before that moment it must not seem to be made
     */
    IssuedToken issue(TokenRequest request, String session, Instant earliest) {
        Duration lifetime = Duration.ofSeconds(
                Math.max(1, request.ttl().orElse(options.tokenTtl()).toSeconds()));
        Instant second = Instant.ofEpochSecond(ticker.now().getEpochSecond());
        Instant now = second.isBefore(earliest) ? earliest : second;
        Instant expiry = now.plus(lifetime);
        Head first = head();
        String signed = first.text + "." + encoded(claims(request, session, now, expiry));
        try {
            String token = signed + "." + first.key.sign(signed.getBytes(StandardCharsets.ISO_8859_1));
            if (token.length() > UnverifiedToken.MAX_LENGTH) {
                throw new IllegalArgumentException("token: " + token.length() + " characters (expected: at most "
                        + UnverifiedToken.MAX_LENGTH + "; give it fewer claims)");
            }
            return new IssuedToken(token, expiry, lifetime);
        } catch (GeneralSecurityException unfit) {
            throw new IllegalStateException("a key that verified at the start does not sign", unfit);
        }
    }

    private ObjectNode claims(TokenRequest request, String session, Instant now, Instant expiry) {
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("iss", options.issuer())
                .put("sub", request.subject());
        if (!options.audience().equals(TokenClaims.ANY_AUDIENCE)) {
            claims.put("aud", options.audience());
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        claims.put("exp", expiry.getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("jti", Base64URL.encode(id).toString());
        if (!session.isEmpty()) {
            claims.put("sid", session);
        }
        Set<String> roles = new TreeSet<>(request.roles());
        if (!roles.isEmpty()) {
            ArrayNode names = claims.putArray("roles");
            roles.forEach(names::add);
        }
        if (!request.scopes().isEmpty()) {
            claims.put("scope", String.join(" ", new TreeSet<>(request.scopes())));
        }
        claims.setAll(request.claims());
        return claims;
    }

    private static Base64URL encoded(ObjectNode json) {
        return Base64URL.encode(JSON.writeValueAsBytes(json));
    }
}
