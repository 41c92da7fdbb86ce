package io.inferenceproxy.http;

import java.util.Collection;
import java.util.List;

/**
 * A fixed set of field names, looked up without making a string: case does not matter, and {@code _}, {@code .}
 * and all that is neither letter nor digit count as {@code -}, because many servers hand them to their applications as
 * one name (the underscore twins of header spoofing).
 */
public final class HeaderNames {

    private static final int EMPTY_HASH = 17;

    private final String[] table;
    private final int mask;

    private HeaderNames(Collection<String> names) {
        int size = Integer.highestOneBit(Math.max(4, names.size() * 3)) << 1;
        this.table = new String[size];
        this.mask = size - 1;
        for (String name : names) {
            int slot = hash(name) & mask;
            while (table[slot] != null) {
                slot = (slot + 1) & mask;
            }
            table[slot] = name;
        }
    }

    public static HeaderNames of(String... names) {
        return new HeaderNames(List.of(names));
    }

    public static HeaderNames of(Collection<String> names) {
        return new HeaderNames(names);
    }

    public boolean contains(String name) {
        for (int slot = hash(name) & mask; table[slot] != null; slot = (slot + 1) & mask) {
            if (same(table[slot], name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a name begins with a prefix in lower case with dashes, by the same rules. */
    public static boolean startsWith(String name, String prefix) {
        if (name.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (folded(name.charAt(i)) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int hash(String name) {
        int hash = EMPTY_HASH;
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + folded(name.charAt(i));
        }
        return hash ^ (hash >>> 15);
    }

    private static boolean same(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (folded(one.charAt(i)) != folded(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char folded(char c) {
        if (c >= 'a' && c <= 'z') {
            return c;
        }
        if (c >= 'A' && c <= 'Z') {
            return (char) (c | 0x20);
        }
        return c >= '0' && c <= '9' || c > '~' ? c : '-';
    }
}
