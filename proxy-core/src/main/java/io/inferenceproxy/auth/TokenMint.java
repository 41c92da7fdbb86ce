package io.inferenceproxy.auth;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts claims under the signature of the key that signs now. Safe for many threads; an RSA or EC key takes milliseconds. */
final class TokenMint {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ID_BYTES = 16;

    private final SigningKeys keys;
    private final String type;
    private final SecureRandom random = new SecureRandom();
    private volatile Head head;

    /** @param type what the tokens have as {@code typ} */
    TokenMint(SigningKeys keys, String type) {
        this.keys = keys;
        this.type = type;
        this.head = Head.of(keys.signing(), type);
    }

    /**
     * A token with these claims.
     *
     * @throws IllegalArgumentException when it would be longer than a verifier takes
     */
    Minted mint(ObjectNode claims) {
        Head first = head();
        String signed = first.text + "." + encoded(claims);
        try {
            String token = signed + "." + first.key.sign(signed.getBytes(StandardCharsets.ISO_8859_1));
            if (token.length() > UnverifiedToken.MAX_LENGTH) {
                throw new IllegalArgumentException("token: " + token.length() + " characters (expected: at most "
                        + UnverifiedToken.MAX_LENGTH + "; give it fewer claims)");
            }
            return new Minted(token, first.key.life());
        } catch (GeneralSecurityException unfit) {
            throw new IllegalStateException("a key that verified at the start does not sign", unfit);
        }
    }

    /** A fresh {@code jti}. */
    String freshId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64URL.encode(id).toString();
    }

    private Head head() {
        SigningKey signing = keys.signing();
        Head present = head;
        if (!present.key.equals(signing)) {
            present = Head.of(signing, type);
            head = present;
        }
        return present;
    }

    private static Base64URL encoded(ObjectNode json) {
        return Base64URL.encode(JSON.writeValueAsBytes(json));
    }

    /**
     * A token, and the life of the key that signed it.
     *
     * @param text a credential
     */
    record Minted(String text, KeyLife key) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Minted[]";
        }
    }

    /** The first part of the tokens that a key signs. */
    private record Head(SigningKey key, Base64URL text) {
        static Head of(SigningKey key, String type) {
            return new Head(
                    key,
                    encoded(JsonNodeFactory.instance
                            .objectNode()
                            .put("alg", key.algorithm().toString())
                            .put("kid", key.id())
                            .put("typ", type)));
        }
    }
}
