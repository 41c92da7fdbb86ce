package io.inferenceproxy.http;

import java.util.Collection;
import java.util.List;

/**
 * A fixed set of field names, looked up without making a string: case does not matter, and {@code _}, {@code .}
 * and all that is neither letter nor digit count as {@code -}, because many servers hand them to their applications as
 * one name (the underscore twins of header spoofing). Names that begin alike can be told by what they begin with.
 */
public final class HeaderNames implements Omitted {

    private static final int SEED = 17;
    private static final byte[] FOLDED = new byte[256];

    static {
        for (int c = 0; c < FOLDED.length; c++) {
            FOLDED[c] = (byte) folded((char) c);
        }
    }

    private final String[] table;
    private final int mask;
    private final String[] prefixes;

    private HeaderNames(Collection<String> names, Collection<String> prefixes) {
        int size = Integer.highestOneBit(Math.max(4, names.size() * 3)) << 1;
        this.table = new String[size];
        this.mask = size - 1;
        this.prefixes = prefixes.toArray(new String[0]);
        for (String name : names) {
            int slot = hash(name) & mask;
            while (table[slot] != null) {
                slot = (slot + 1) & mask;
            }
            table[slot] = name;
        }
    }

    public static HeaderNames of(String... names) {
        return new HeaderNames(List.of(names), List.of());
    }

    public static HeaderNames of(Collection<String> names) {
        return new HeaderNames(names, List.of());
    }

    /** The names, and all that begin with one of the prefixes, which are in lower case with dashes. */
    public static HeaderNames of(Collection<String> names, Collection<String> prefixes) {
        return new HeaderNames(names, prefixes);
    }

    public boolean contains(String name) {
        for (int slot = hash(name) & mask; table[slot] != null; slot = (slot + 1) & mask) {
            if (same(table[slot], name)) {
                return true;
            }
        }
        for (String prefix : prefixes) {
            if (startsWith(name, prefix)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link #contains(String)}, for a name that stands in a block of bytes, with its {@link #hash}. */
    public boolean contains(byte[] block, int from, int length, int hash) {
        for (int slot = hash & mask; table[slot] != null; slot = (slot + 1) & mask) {
            if (table[slot].length() == length && begins(table[slot], block, from)) {
                return true;
            }
        }
        for (String prefix : prefixes) {
            if (length >= prefix.length() && begins(prefix, block, from)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean omits(String name) {
        return contains(name);
    }

    @Override
    public boolean omits(byte[] block, int from, int length, int hash) {
        return contains(block, from, length, hash);
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

    /** The hash of a name by the rules of these sets. */
    public static int hash(String name) {
        int hash = SEED;
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + folded(name.charAt(i));
        }
        return spread(hash);
    }

    /** The same for a name that stands in a block of bytes. */
    public static int hash(byte[] block, int from, int length) {
        int hash = SEED;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + (FOLDED[block[i] & 0xff] & 0xff);
        }
        return spread(hash);
    }

    private static int spread(int hash) {
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

    private static boolean begins(String prefix, byte[] block, int from) {
        for (int i = 0; i < prefix.length(); i++) {
            if (FOLDED[block[from + i] & 0xff] != (byte) folded(prefix.charAt(i))) {
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
