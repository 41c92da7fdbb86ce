package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;

/** What a new password must be like. */
public final class PasswordRule {

    private static final int SHORTEST = 8;

    private PasswordRule() {}

    /**
     * Holds a password to the rule.
     *
     * @throws IllegalArgumentException when it may not be used; the message does not repeat it
     */
    public static void require(Secret password) {
        String text = password.reveal();
        if (text.codePointCount(0, text.length()) < SHORTEST) {
            throw new IllegalArgumentException("password: too short (expected: at least " + SHORTEST + " characters)");
        }
        if (CommonPasswords.contains(password)) {
            throw new IllegalArgumentException(
                    "password: one of those that everybody tries first (expected: one that is less common)");
        }
        if (text.length() > LoginRequest.MAX_PASSWORD || !StrictJson.isEncodable(text)) {
            throw new IllegalArgumentException("password: too long or no text (expected: at most "
                    + LoginRequest.MAX_PASSWORD + " characters of Unicode)");
        }
    }
}
