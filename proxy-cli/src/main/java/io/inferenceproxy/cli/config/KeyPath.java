package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path of a key, {@code server.port}; a name with other than letters, digits, {@code _} and {@code -} stands in quotes.
 *
 * @param names from the root down
 */
public record KeyPath(List<String> names) {

    /** The path of the whole tree. */
    public static final KeyPath ROOT = new KeyPath(List.of());

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_<>-]+(\\[\\d+])*");

    public KeyPath {
        names = List.copyOf(names);
    }

    /**
     * Reads a dotted path, with or without quoted names.
     *
     * @throws IllegalArgumentException when a name is empty or a quote is open
     */
    public static KeyPath parse(String text) {
        List<String> names = new ArrayList<>();
        int at = 0;
        while (true) {
            int end;
            if (at < text.length() && text.charAt(at) == '"') {
                end = text.indexOf('"', at + 1);
                if (end < 0 || end + 1 < text.length() && text.charAt(end + 1) != '.') {
                    throw new IllegalArgumentException("key: open quote (expected: names joined by dots)");
                }
                names.add(text.substring(at + 1, end));
                end++;
            } else {
                int dot = text.indexOf('.', at);
                end = dot < 0 ? text.length() : dot;
                if (end == at) {
                    throw new IllegalArgumentException("key: empty name (expected: names joined by dots)");
                }
                names.add(text.substring(at, end));
            }
            if (end >= text.length()) {
                return new KeyPath(names);
            }
            at = end + 1;
        }
    }

    /** The path of a key below this one. */
    public KeyPath child(String name) {
        List<String> longer = new ArrayList<>(names);
        longer.add(name);
        return new KeyPath(longer);
    }

    /** The path of an element of the list at this path. */
    KeyPath element(int index) {
        if (names.isEmpty()) {
            return child("[" + index + "]");
        }
        List<String> renamed = new ArrayList<>(names);
        renamed.set(names.size() - 1, names.get(names.size() - 1) + "[" + index + "]");
        return new KeyPath(renamed);
    }

    /** The environment name without its prefix: capitals, dots and dashes as {@code _}. */
    static String twin(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9<>]", "_");
    }

    /** A message that begins with this path, or stands alone at the root. */
    String says(String message) {
        return names.isEmpty() ? message : this + ": " + message;
    }

    /** As it would be by itself, without the classes that the JDK makes for that at every start. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyPath path && names.equals(path.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    /** The dotted path; a name that looks like a credential, which a mistake has put there, is masked. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(text.isEmpty() ? "" : ".");
            String safe = SecretMask.withoutCredential(name);
            text.append(PLAIN.matcher(safe).matches() ? safe : '"' + Texts.printable(safe) + '"');
        }
        return text.toString();
    }
}
