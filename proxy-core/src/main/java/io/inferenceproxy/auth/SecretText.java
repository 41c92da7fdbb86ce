package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Random texts of letters and digits that nobody confuses, without {@code 0 O I l}, and their digests, which are all that is
 * kept of them. A digest needs no salt and no slowness, since nobody can guess what was drawn from 2^256.
 */
final class SecretText {

    /** As many characters as have 256 bits. */
    static final int LENGTH = 44;

    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int DIGEST_LENGTH = 43;

    private SecretText() {}

    static String random(SecureRandom random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** Whether the text could have been drawn here. */
    static boolean isPlausible(String text, int length) {
        return text.length() == length && text.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    /** SHA-256 in base64url. */
    static Secret digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256 in base64url. */
    static Secret digest(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Whether it has the form of a digest. */
    static boolean isDigest(String text) {
        return text.length() == DIGEST_LENGTH
                && text.chars().allMatch(c -> c < 0x7F && (Character.isLetterOrDigit(c) || c == '-' || c == '_'));
    }
}
