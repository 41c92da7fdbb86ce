package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret of the HS algorithms, long enough for its algorithm and not one that everybody knows. */
final class SharedSecret {

    private static final int ID_BYTES = 12;
    private static final String[] USUAL_WORDS = {
        "secret", "password", "changeme", "change-me", "jwtsecret", "jwt-secret"
    };

    /**
     * Secrets of 32 bytes and more that stand in manuals and tutorials, in lower case; attackers try them first. Shorter
     * ones need no list.
     */
    private static final Set<String> USUAL = Set.of(
            "a-string-secret-at-least-256-bits-long",
            "a-string-secret-at-least-512-bits-long",
            "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
            "your-256-bit-secret-your-256-bit-secret",
            "your-super-secret-jwt-token-with-at-least-32-characters-long",
            "super-secret-jwt-token-with-at-least-32-characters-long",
            "my-32-character-ultra-secure-and-ultra-long-secret",
            "404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970",
            "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
            "3cfa76ef14937c1c0ea519f8fc057a80fcd04a7420f8e8bcd0a7567c272e007b",
            "9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9",
            "this-is-a-very-long-secret-key-that-should-be-changed",
            "please-change-this-secret-key-in-production",
            "your-secret-key-change-this-in-production",
            "change-this-secret-key-in-production");

    private final byte[] bytes;
    private final String id;

    private SharedSecret(byte[] bytes) {
        this.bytes = bytes;
        this.id = idOf(bytes);
    }

    /** The secret's bytes as they stand, when they are fit for the algorithm (RFC 7518 section 3.2). */
    static SharedSecret require(TokenAlgorithm algorithm, Secret secret) {
        int least = least(algorithm);
        byte[] bytes = secret.revealBytes();
        if (bytes.length < least) {
            String found = bytes.length == 0 ? "none" : bytes.length + " bytes";
            throw new IllegalArgumentException("auth.secret: " + found + " (expected: at least " + least + " bytes for "
                    + algorithm + "; make one with: openssl rand -base64 " + least + ")");
        }
        if (isUsual(secret.reveal().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("auth.secret: one that everybody knows (expected: one of your own; make"
                    + " one with: openssl rand -base64 " + least + ")");
        }
        return new SharedSecret(bytes);
    }

    /** The same for a key of a set, which is random. */
    static SharedSecret requireBytes(TokenAlgorithm algorithm, byte[] bytes) {
        if (bytes.length < least(algorithm)) {
            throw new IllegalArgumentException("auth.key-file: a secret of " + bytes.length
                    + " bytes (expected: at least " + least(algorithm) + " bytes for " + algorithm + ")");
        }
        return new SharedSecret(bytes.clone());
    }

    private static int least(TokenAlgorithm algorithm) {
        return switch (algorithm) {
            case HS512 -> 64;
            case HS384 -> 48;
            default -> 32;
        };
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** Names the secret and gives nothing away that a token signed with it does not. */
    String id() {
        return id;
    }

    private static boolean isUsual(String text) {
        if (USUAL.contains(text)) {
            return true;
        }
        for (String word : USUAL_WORDS) {
            if (text.replace(word, "").isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static String idOf(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            byte[] hash = mac.doFinal("inference-proxy key id".getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ID_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }
}
