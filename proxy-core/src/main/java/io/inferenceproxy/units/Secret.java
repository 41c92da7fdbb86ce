package io.inferenceproxy.units;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that must never be shown: it prints as a mask, compares in constant time and gives itself away only to
 * {@link #reveal()}.
 */
public final class Secret {

    private static final Secret NONE = new Secret("");

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    public static Secret of(String text) {
        return text.isEmpty() ? NONE : new Secret(text);
    }

    /** The same as {@link #of}: a secret stands in a file as it is, without trimming. */
    public static Secret parse(String text) {
        return of(text);
    }

    /** No secret at all: the empty one. */
    public static Secret none() {
        return NONE;
    }

    /**
     * Takes the secret from an environment variable.
     *
     * @throws IllegalArgumentException when the variable is not set or empty
     */
    public static Secret fromEnvironment(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("environment variable " + variable + ": not set (expected: a secret)");
        }
        return of(value);
    }

    /** The text itself. Call it where the secret is used, and nowhere else. */
    public String reveal() {
        return text;
    }

    /** The text as UTF-8 bytes, a fresh array each time. */
    public byte[] revealBytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** Equal when the texts are; the time it takes does not tell where they differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(revealBytes(), secret.revealBytes());
    }

    /** The same for all secrets, so that a hash gives nothing away. */
    @Override
    public int hashCode() {
        return 31;
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "" : "••••••";
    }
}
