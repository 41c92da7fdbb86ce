package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Hashes of PBKDF2 that other systems have made: {@code $pbkdf2-sha256$29000$salt$hash} as passlib writes them,
 * {@code pbkdf2_sha256$260000$salt$hash} as Django does; also with SHA-512.
 */
final class Pbkdf2 {

    private static final Pattern PASSLIB = Pattern.compile(
            "\\$pbkdf2-(sha256|sha512)\\$([1-9]\\d{2,6})\\$([A-Za-z0-9./]{11,86})\\$([A-Za-z0-9./]{22,86})");
    private static final Pattern DJANGO = Pattern.compile(
            "pbkdf2_(sha256|sha512)\\$([1-9]\\d{2,6})\\$([A-Za-z0-9]{8,64})\\$([A-Za-z0-9+/]{22,86}={0,2})");
    private static final int MOST_ROUNDS = 2_000_000;
    private static final int BITS = 8;

    private Pbkdf2() {}

    static boolean isReadable(Secret hash) {
        return parse(hash).isPresent();
    }

    static boolean matches(Secret password, Secret hash) {
        Optional<Parts> parts = parse(hash);
        return parts.isPresent()
                && MessageDigest.isEqual(parts.get().hash(password), parts.get().expected());
    }

    private static Optional<Parts> parse(Secret hash) {
        String text = hash.reveal();
        Matcher passlib = PASSLIB.matcher(text);
        Matcher django = DJANGO.matcher(text);
        try {
            if (passlib.matches()) {
                return parts(
                        passlib,
                        decoded(passlib.group(3).replace('.', '+')),
                        passlib.group(4).replace('.', '+'));
            }
            return django.matches()
                    ? parts(django, django.group(3).getBytes(StandardCharsets.US_ASCII), django.group(4))
                    : Optional.empty();
        } catch (IllegalArgumentException cutOff) {
            return Optional.empty();
        }
    }

    private static Optional<Parts> parts(Matcher found, byte[] salt, String expected) {
        int rounds = Integer.parseInt(found.group(2));
        return rounds > MOST_ROUNDS
                ? Optional.empty()
                : Optional.of(new Parts(found.group(1), rounds, salt, decoded(expected)));
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    /** A hash taken apart. */
    private static final class Parts {
        private final String digest;
        private final int rounds;
        private final byte[] salt;
        private final byte[] expected;

        Parts(String digest, int rounds, byte[] salt, byte[] expected) {
            this.digest = digest;
            this.rounds = rounds;
            this.salt = salt;
            this.expected = expected;
        }

        byte[] expected() {
            return expected;
        }

        byte[] hash(Secret password) {
            PBEKeySpec spec = new PBEKeySpec(password.reveal().toCharArray(), salt, rounds, expected.length * BITS);
            try {
                return SecretKeyFactory.getInstance(
                                digest.equals("sha256") ? "PBKDF2WithHmacSHA256" : "PBKDF2WithHmacSHA512")
                        .generateSecret(spec)
                        .getEncoded();
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every Java has PBKDF2", impossible);
            } finally {
                spec.clearPassword();
            }
        }
    }
}
