package io.inferenceproxy.auth;

import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.units.Secret;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * An API key as callers hold it, {@code ipx_<id>_<secret>}.
 *
 * @param id which key it is; public
 * @param secret what proves it
 */
record KeyText(String id, Secret secret) {

    static final String PREFIX = "ipx_";

    private static final String SCHEME = "bearer ";
    private static final int ID_LENGTH = 12;

    /** A fresh one. */
    static KeyText random(SecureRandom random) {
        return withId(SecretText.random(random, ID_LENGTH), random);
    }

    /** A fresh secret of the key with that id. */
    static KeyText withId(String id, SecureRandom random) {
        return new KeyText(id, Secret.of(SecretText.random(random, SecretText.LENGTH)));
    }

    /** Reads one; empty when it has another form, and then it is nobody's. */
    static Optional<KeyText> parse(String text) {
        int end = PREFIX.length() + ID_LENGTH;
        if (text.length() != end + 1 + SecretText.LENGTH || !text.startsWith(PREFIX) || text.charAt(end) != '_') {
            return Optional.empty();
        }
        String id = text.substring(PREFIX.length(), end);
        String secret = text.substring(end + 1);
        return isId(id) && SecretText.isPlausible(secret, SecretText.LENGTH)
                ? Optional.of(new KeyText(id, Secret.of(secret)))
                : Optional.empty();
    }

    static boolean isId(String text) {
        return SecretText.isPlausible(text, ID_LENGTH);
    }

    /** Whether an {@code Authorization} field begins as one with a key, told without making a string. */
    static boolean isIn(FieldValue authorization) {
        int length = authorization.length();
        int at = SCHEME.length();
        if (length < at + PREFIX.length()) {
            return false;
        }
        while (at < length && authorization.byteAt(at) == ' ') {
            at++;
        }
        if (length - at < PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < PREFIX.length(); i++) {
            if (authorization.byteAt(at + i) != PREFIX.charAt(i)) {
                return false;
            }
        }
        for (int i = 0; i < SCHEME.length(); i++) {
            int c = authorization.byteAt(i);
            if ((c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c) != SCHEME.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** All of it: a credential. */
    Secret whole() {
        return Secret.of(PREFIX + id + "_" + secret.reveal());
    }
}
