package io.inferenceproxy.cli.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** How single texts are written: names in kebab-case, values so that they stay in one line. */
final class Texts {

    private static final int LONGEST = 200;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./*$(•][^\\x00-\\x1f\\x7f\"#,\\[\\]{}]*");
    private static final Pattern TYPED = Pattern.compile(
            "null|Null|NULL|~|true|True|TRUE|false|False|FALSE|[-+.]?[0-9][-+.0-9a-fA-FxXoOeE_]*|[-+]?\\.(inf|nan)",
            Pattern.CASE_INSENSITIVE);

    private Texts() {}

    /** {@code maxBody} and {@code MAX_BODY} as {@code max-body}; {@code wait_}, whose plain name Java keeps, as {@code wait}. */
    static String kebab(String component) {
        String name = component.endsWith("_") ? component.substring(0, component.length() - 1) : component;
        if (name.equals(name.toUpperCase(Locale.ROOT))) {
            return name.toLowerCase(Locale.ROOT).replace('_', '-');
        }
        StringBuilder kebab = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                kebab.append(i == 0 ? "" : "-").append(Character.toLowerCase(c));
            } else {
                kebab.append(c);
            }
        }
        return kebab.toString();
    }

    /** The text without control characters and of bounded length, for messages. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            out.append(isHidden(c) ? '?' : c);
        }
        return text.length() > LONGEST ? out + "…" : out.toString();
    }

    /** Control, formatting and line-breaking characters, which could forge a terminal's output. */
    static boolean isHidden(char c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    /** The text as it may stand in a column: bare when that is clear, else in quotes. */
    static String column(String text) {
        boolean bare = !text.isEmpty()
                && !text.contains("  ")
                && text.strip().equals(text)
                && "\"[{".indexOf(text.charAt(0)) < 0;
        for (int i = 0; bare && i < text.length(); i++) {
            bare = !isHidden(text.charAt(i));
        }
        return bare ? text : quoted(text);
    }

    /** The text as a YAML scalar that reads back as the same text. */
    static String yaml(String text) {
        boolean plain = PLAIN.matcher(text).matches()
                && !TYPED.matcher(text).matches()
                && !text.startsWith("*")
                && !text.startsWith("---")
                && !text.startsWith("...")
                && !text.contains(": ")
                && !text.contains("  ")
                && !text.endsWith(":")
                && !text.endsWith(" ");
        for (int i = 0; plain && i < text.length(); i++) {
            plain = !isHidden(text.charAt(i)) && !Character.isSurrogate(text.charAt(i));
        }
        return plain ? text : quoted(text);
    }

    /** The text in double quotes, with the escapes that JSON and YAML share. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (isHidden(c) || c == ' ' && i > 0 && text.charAt(i - 1) == ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
