package io.inferenceproxy.observe;

import java.util.HexFormat;

/**
 * Makes values fit for a log line: nothing that a stranger chose ends the line, moves the cursor of a terminal, or
 * changes the direction of the text; and no value grows beyond bounds.
 */
final class LogText {

    private static final int MAX_LENGTH = 1_024;

    private LogText() {}

    /** The value with a backslash and code in place of what is not a printable character or a space. */
    static String escaped(String value) {
        return escaped(value, false);
    }

    /** As {@link #escaped}, and spaces too: one word of a line whose words are told apart by them; {@code -} when empty. */
    static String word(String value) {
        return value.isEmpty() ? "-" : escaped(value, true);
    }

    private static String escaped(String value, boolean spaces) {
        int clean = 0;
        int end = Math.min(value.length(), MAX_LENGTH);
        while (clean < end && isPlain(value.charAt(clean), spaces)) {
            clean++;
        }
        if (clean == value.length()) {
            return value;
        }
        StringBuilder text = new StringBuilder(end + 16).append(value, 0, clean);
        for (int i = clean; i < end; i++) {
            append(text, value, i, spaces);
        }
        return (end < value.length() ? text.append("...") : text).toString();
    }

    private static void append(StringBuilder text, String value, int index, boolean spaces) {
        char c = value.charAt(index);
        if (isPlain(c, spaces) || isPaired(value, index)) {
            text.append(c);
        } else if (c == '\\') {
            text.append("\\\\");
        } else {
            text.append("\\u").append(HexFormat.of().toHexDigits(c));
        }
    }

    private static boolean isPlain(char c, boolean spaces) {
        if (c < 0x7f) {
            return c > ' ' && c != '\\' || c == ' ' && !spaces;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> !spaces;
            default -> true;
        };
    }

    /** Whether the character is half of a pair that stands for a printable one. */
    private static boolean isPaired(String value, int index) {
        char c = value.charAt(index);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        int start = Character.isHighSurrogate(c) ? index : index - 1;
        if (start < 0 || start + 1 >= Math.min(value.length(), MAX_LENGTH)) {
            return false;
        }
        int type = Character.getType(Character.codePointAt(value, start));
        return Character.isSurrogatePair(value.charAt(start), value.charAt(start + 1))
                && type != Character.FORMAT
                && type != Character.UNASSIGNED
                && type != Character.PRIVATE_USE;
    }
}
