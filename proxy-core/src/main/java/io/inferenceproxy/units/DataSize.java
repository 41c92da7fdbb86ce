package io.inferenceproxy.units;

import java.util.Locale;

/**
 * An amount of bytes, written as {@code 512B}, {@code 64KB}, {@code 1MB} or {@code 2GB}; units are powers of 1,024.
 *
 * @param bytes the amount, 0 or more
 */
public record DataSize(long bytes) implements Comparable<DataSize> {

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size: " + bytes + " (expected: 0 or more bytes)");
        }
    }

    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    public static DataSize ofKilobytes(long kilobytes) {
        return new DataSize(Math.multiplyExact(kilobytes, 1L << 10));
    }

    public static DataSize ofMegabytes(long megabytes) {
        return new DataSize(Math.multiplyExact(megabytes, 1L << 20));
    }

    /**
     * Reads {@code 64KB} and its like; a bare number means bytes, case does not matter, one space may stand before the unit.
     *
     * @throws IllegalArgumentException when the text is anything else, or more than 2<sup>63</sup>-1 bytes
     */
    public static DataSize parse(String text) {
        String trimmed = text.strip().toUpperCase(Locale.ROOT);
        int digits = 0;
        while (digits < trimmed.length() && trimmed.charAt(digits) >= '0' && trimmed.charAt(digits) <= '9') {
            digits++;
        }
        int shift = switch (trimmed.substring(digits).strip()) {
            case "", "B" -> 0;
            case "K", "KB" -> 10;
            case "M", "MB" -> 20;
            case "G", "GB" -> 30;
            default -> -1;
        };
        if (digits == 0 || digits > 18 || shift < 0) {
            throw new IllegalArgumentException("size: " + text + " (expected: a number with B, KB, MB or GB)");
        }
        long number = Long.parseLong(trimmed.substring(0, digits));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("size: " + text + " (expected: less than 8 EB)");
        }
        return new DataSize(number << shift);
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The shortest exact form, which {@link #parse} reads back. */
    @Override
    public String toString() {
        if (bytes == 0) {
            return "0B";
        }
        for (int unit = 3; unit > 0; unit--) {
            if (bytes % (1L << (10 * unit)) == 0) {
                return (bytes >> (10 * unit)) + (unit == 3 ? "GB" : unit == 2 ? "MB" : "KB");
            }
        }
        return bytes + "B";
    }
}
