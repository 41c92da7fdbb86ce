package io.inferenceproxy.units;

import java.time.Duration;
import java.util.regex.Pattern;

/** Argument checks for option records; each message names the key, the value and what was expected. */
public final class Require {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");

    private Require() {}

    public static int between(int low, int high, int value, String key) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + low + " to " + high + ")");
        }
        return value;
    }

    public static long between(long low, long high, long value, String key) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + low + " to " + high + ")");
        }
        return value;
    }

    public static DataSize atLeast(DataSize low, DataSize value, String key) {
        if (value.compareTo(low) < 0) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: at least " + low + ")");
        }
        return value;
    }

    public static DataSize atMost(DataSize high, DataSize value, String key) {
        if (value.compareTo(high) > 0) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: at most " + high + ")");
        }
        return value;
    }

    /** More than zero and at most a hundred years. */
    public static Duration positive(Duration value, String key) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(key + ": " + Durations.format(value) + " (expected: more than 0s)");
        }
        return notEndless(value, key);
    }

    /** Zero or more, and at most a hundred years. */
    public static Duration notNegative(Duration value, String key) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + ": " + Durations.format(value) + " (expected: 0s or more)");
        }
        return notEndless(value, key);
    }

    /** Timers count nanoseconds in a long, which ends after 292 years. */
    private static Duration notEndless(Duration value, String key) {
        if (value.compareTo(Durations.MAX) > 0) {
            throw new IllegalArgumentException(
                    key + ": " + value.toDays() + "d (expected: at most " + Durations.format(Durations.MAX) + ")");
        }
        return value;
    }

    /** A name of a route, an upstream or a policy: lower-case letters, digits and inner dashes, at most 64. */
    public static String name(String value, String key) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    key + ": " + value + " (expected: 1 to 64 of a-z, 0-9 and -, with - only inside)");
        }
        return value;
    }

    /** Printable text without control characters, CR and LF among them. */
    public static String printable(String value, String key) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                throw new IllegalArgumentException(key + ": has a control character (expected: printable text)");
            }
        }
        return value;
    }
}
