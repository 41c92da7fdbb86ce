package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens by hand, good ones and others. */
final class Forge {

    static final Secret SECRET = Secret.of("kq3v9Zt1mB7xW5uYcE8rA2dH6nJ4pL0s");
    static final AuthOptions OPTIONS = AuthOptions.DEFAULT.withSecret(SECRET);
    static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}";

    private final ManualClock clock;

    Forge(ManualClock clock) {
        this.clock = clock;
    }

    TokenVerifier verifier() {
        return new TokenVerifier(OPTIONS, SigningKeys.of(OPTIONS), clock);
    }

    /** Good claims, in one string that a test may change. */
    String claims() {
        return "{\"iss\":\"inference-proxy\",\"sub\":\"alice\",\"aud\":\"inference\",\"exp\":"
                + (clock.epochSecond() + 600) + ",\"nbf\":" + clock.epochSecond() + ",\"iat\":" + clock.epochSecond()
                + "}";
    }

    /** Good claims with this member in place of the one of the same name, or beside the others. */
    String claimsWith(String name, String json) {
        String without = claims().replaceFirst(",?\"" + name + "\":(\"[^\"]*\"|\\d+)", "")
                .replace("{,", "{");
        return without.substring(0, without.length() - 1) + ",\"" + name + "\":" + json + "}";
    }

    String claimsWithout(String name) {
        return claims().replaceFirst(",?\"" + name + "\":(\"[^\"]*\"|\\d+)", "").replace("{,", "{");
    }

    String good() {
        return signed(HEADER, claims());
    }

    static String signed(String header, String claims) {
        return signed(header, claims, SECRET.revealBytes());
    }

    static String signed(String header, String claims, byte[] secret) {
        return signedParts(part(header), part(claims), secret);
    }

    static String signedParts(String header, String claims, byte[] secret) {
        return header + "." + claims + "." + hmac(header + "." + claims, secret);
    }

    static String part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String hmac(String content, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return part(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
