package io.inferenceproxy.units;

import java.time.Duration;
import java.util.Locale;

/** Reads and writes durations as people write them: {@code 250ms}, {@code 5s}, {@code 1m}, {@code 2h}, {@code 1d}. */
public final class Durations {

    /** A hundred years. */
    static final Duration MAX = Duration.ofDays(36_500);

    private static final long MAX_MILLIS = MAX.toMillis();

    private Durations() {}

    /**
     * Reads one number with one unit ({@code ms s m h d}); {@code 0} needs no unit.
     *
     * @throws IllegalArgumentException when the text is anything else, or more than a hundred years
     */
    public static Duration parse(String text) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < trimmed.length() && trimmed.charAt(digits) >= '0' && trimmed.charAt(digits) <= '9') {
            digits++;
        }
        String unit = trimmed.substring(digits);
        long millis = switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            case "" -> trimmed.equals("0") ? 1 : -1;
            default -> -1;
        };
        if (digits == 0 || digits > 12 || millis < 0) {
            throw new IllegalArgumentException("duration: " + text + " (expected: a number with ms, s, m, h or d)");
        }
        long number = Long.parseLong(trimmed.substring(0, digits));
        if (number > MAX_MILLIS / millis) {
            throw new IllegalArgumentException("duration: " + text + " (expected: at most 36500d)");
        }
        return Duration.ofMillis(number * millis);
    }

    /** The shortest exact form, which {@link #parse} reads back; parts below a millisecond are cut off. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
