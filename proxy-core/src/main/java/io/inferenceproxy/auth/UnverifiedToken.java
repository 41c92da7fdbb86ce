package io.inferenceproxy.auth;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A token in JWS compact form (RFC 7515 section 7.1), taken apart by hand; nothing in it is believed yet. */
final class UnverifiedToken {

    static final int MAX_LENGTH = 8 << 10;

    private static final List<String> FORBIDDEN = List.of("crit", "b64", "jwk", "jku", "x5u", "x5c", "enc", "zip");

    private final String text;
    private final int secondDot;
    private final String payload;
    private final String algorithm;
    private final Optional<String> keyId;

    private UnverifiedToken(String text, int secondDot, String payload, String algorithm, Optional<String> keyId) {
        this.text = text;
        this.secondDot = secondDot;
        this.payload = payload;
        this.algorithm = algorithm;
        this.keyId = keyId;
    }

    static UnverifiedToken parse(String text) throws TokenRefusal {
        if (text.length() > MAX_LENGTH) {
            throw new TokenRefusal(TokenCheck.SHAPE, "more than " + MAX_LENGTH + " characters");
        }
        int firstDot = text.indexOf('.');
        int secondDot = text.indexOf('.', firstDot + 1);
        if (firstDot < 0 || secondDot < 0) {
            throw new TokenRefusal(TokenCheck.SHAPE, "not three parts");
        }
        requireBase64Url(text, 0, firstDot);
        requireBase64Url(text, firstDot + 1, secondDot);
        requireBase64Url(text, secondDot + 1, text.length());
        JsonNode header = object(TokenCheck.HEADER, text.substring(0, firstDot));
        for (String name : FORBIDDEN) {
            if (header.has(name)) {
                throw new TokenRefusal(TokenCheck.HEADER, name + " is not taken");
            }
        }
        requireType(header.get("typ"));
        JsonNode algorithm = header.get("alg");
        if (algorithm == null || !algorithm.isString()) {
            throw new TokenRefusal(TokenCheck.ALGORITHM, "alg is missing or no string");
        }
        JsonNode keyId = header.get("kid");
        if (keyId != null && !keyId.isString()) {
            throw new TokenRefusal(TokenCheck.KEY, "kid is no string");
        }
        return new UnverifiedToken(
                text,
                secondDot,
                text.substring(firstDot + 1, secondDot),
                algorithm.stringValue(),
                keyId == null ? Optional.empty() : Optional.of(keyId.stringValue()));
    }

    /** What the header says; only good for choosing among the configured ones. */
    String algorithm() {
        return algorithm;
    }

    Optional<String> keyId() {
        return keyId;
    }

    /** The bytes that the signature is made over. */
    byte[] signed() {
        return text.substring(0, secondDot).getBytes(StandardCharsets.ISO_8859_1);
    }

    Base64URL signature() {
        return new Base64URL(text.substring(secondDot + 1));
    }

    /** The claims; nothing in them is to be believed before the signature is known to be good. */
    JsonNode claims() throws TokenRefusal {
        return object(TokenCheck.PAYLOAD, payload);
    }

    /** Who the token says has issued it: only good for choosing among the configured ones; empty when it is no text. */
    String claimedIssuer() throws TokenRefusal {
        JsonNode issuer = claims().path("iss");
        return issuer.isString() ? issuer.stringValue() : "";
    }

    private static void requireType(@Nullable JsonNode type) throws TokenRefusal {
        if (type == null) {
            return;
        }
        // Media types have no case, and the prefix application/ may be left out (RFC 7515 section 4.1.9).
        String name = type.isString() ? type.stringValue() : "";
        if (!name.equalsIgnoreCase("JWT")
                && !name.equalsIgnoreCase("at+jwt")
                && !name.equalsIgnoreCase("application/at+jwt")) {
            throw new TokenRefusal(TokenCheck.HEADER, "typ is neither absent nor JWT nor at+jwt");
        }
    }

    /**
     * Accepts one spelling of each content only: lenient decoders skip foreign characters and surplus bits, and a token
     * that can be spelt in many ways can be told apart from itself.
     */
    private static void requireBase64Url(String text, int from, int to) throws TokenRefusal {
        int length = to - from;
        if (length == 0 || length % 4 == 1) {
            throw new TokenRefusal(TokenCheck.SHAPE, "a part is empty or cut off");
        }
        int last = 0;
        for (int i = from; i < to; i++) {
            last = valueOf(text.charAt(i));
            if (last < 0) {
                throw new TokenRefusal(
                        TokenCheck.SHAPE, "a character that is not of base64url, or more than three parts");
            }
        }
        int surplus = length % 4 == 2 ? 0b1111 : length % 4 == 3 ? 0b11 : 0;
        if ((last & surplus) != 0) {
            throw new TokenRefusal(TokenCheck.SHAPE, "surplus bits at the end of a part");
        }
    }

    private static int valueOf(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }

    private static JsonNode object(TokenCheck check, String part) throws TokenRefusal {
        try {
            JsonNode node = StrictJson.read(Base64.getUrlDecoder().decode(part));
            if (!node.isObject()) {
                throw new TokenRefusal(check, "no JSON object");
            }
            return node;
        } catch (StrictJson.Malformed malformed) {
            throw new TokenRefusal(check, String.valueOf(malformed.getMessage()));
        }
    }
}
