package io.inferenceproxy.validate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One walk over JSON as nearly all clients write it, which keeps nothing and only tells whether all is well by the rules of
 * {@link StrictJson}: UTF-8, grammar, depth, names that differ, numbers in range. Whatever is wrong, or merely unusual (an
 * escape in a name, a very long number, more names than it keeps), it leaves to the parser, which can tell what is
 * the matter and where.
 *
 * <p>It is over 300 lines because it is one grammar, a short method for each of its rules.
 */
final class PlainJson {

    private static final ThreadLocal<PlainJson> OF_THREAD = ThreadLocal.withInitial(PlainJson::new);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Texts up to this size are walked through in an array that each thread keeps. */
    static final int MOST_KEPT = 64 << 10;

    /** Zeros, of which JSON has none, stand behind the text: every step ends there, and may look at whole words. */
    private static final int PADDING = 2 * Long.BYTES;

    private static final int MOST_DEPTH = 64;
    private static final int MOST_NAMES = 256;
    private static final int MOST_NAMES_OF_AN_OBJECT = 64;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_NUMBER = 256;
    private static final int LARGEST_EXPONENT = 400;

    private static final long EACH = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private final int[] nameHashes = new int[MOST_NAMES];
    private byte[] kept = new byte[1 << 10];
    private byte[] bytes = kept;
    /** A place behind the text, where nothing is: what ends there is wrong, and all that follows from it too. */
    private int wrong;

    private int maxDepth;
    private int depth;
    private int names;

    private PlainJson() {}

    /** Whether the text is JSON for sure. */
    static boolean isFine(byte[] text, int maxDepth) {
        PlainJson walk = ofThread();
        System.arraycopy(text, 0, walk.room(text.length), 0, text.length);
        return walk.isFine(text.length, maxDepth);
    }

    /** The one of this thread. */
    static PlainJson ofThread() {
        return OF_THREAD.get();
    }

    /** An array whose beginning is for a text of this size. */
    byte[] room(int size) {
        if (size > MOST_KEPT) {
            bytes = new byte[size + PADDING];
            return bytes;
        }
        if (size + PADDING > kept.length) {
            kept = new byte[Math.min(MOST_KEPT, Integer.highestOneBit(size) << 1) + PADDING];
        }
        bytes = kept;
        return kept;
    }

    /** Whether what was put into the {@link #room} is JSON for sure. */
    boolean isFine(int size, int depthAllowed) {
        for (int i = 0; i < PADDING; i++) {
            bytes[size + i] = 0;
        }
        wrong = size + 1;
        maxDepth = Math.min(depthAllowed, MOST_DEPTH);
        depth = 0;
        names = 0;
        boolean fine = space(value(space(0))) == size;
        bytes = kept;
        return fine;
    }

    /** Each of these takes where its part begins, the opening mark read, and returns what is behind its end. */
    private int value(int at) {
        return switch (bytes[at]) {
            case '{' -> object(at + 1);
            case '[' -> array(at + 1);
            case '"' -> string(at + 1);
            case 't' -> word(at + 1, 'r', 'u', 'e');
            case 'f' -> bytes[at + 1] == 'a' ? word(at + 2, 'l', 's', 'e') : wrong;
            case 'n' -> word(at + 1, 'u', 'l', 'l');
            default -> number(at);
        };
    }

    private int object(int from) {
        if (++depth > maxDepth) {
            return wrong;
        }
        int first = names;
        int at = space(from);
        if (bytes[at] == '}') {
            depth--;
            return at + 1;
        }
        while (true) {
            at = space(name(at, first));
            if (bytes[at] != ':') {
                return wrong;
            }
            at = space(value(space(at + 1)));
            byte mark = bytes[at];
            if (mark == '}') {
                names = first;
                depth--;
                return at + 1;
            }
            if (mark != ',') {
                return wrong;
            }
            at = space(at + 1);
        }
    }

    private int array(int from) {
        if (++depth > maxDepth) {
            return wrong;
        }
        int at = space(from);
        if (bytes[at] == ']') {
            depth--;
            return at + 1;
        }
        while (true) {
            byte first = bytes[at];
            boolean numeric = first >= '-' && first <= '9'; // as the items of long arrays are
            at = space(numeric ? number(at) : value(at));
            byte mark = bytes[at];
            if (mark == ']') {
                depth--;
                return at + 1;
            }
            if (mark != ',') {
                return wrong;
            }
            at = space(at + 1);
        }
    }

    /**
     * A name that no other member of the object has, of which the first stands in that place among the hashes. Two names
     * with one hash are left to the parser, be they the same or not.
     */
    private int name(int at, int first) {
        if (bytes[at] != '"' || names == MOST_NAMES || names - first == MOST_NAMES_OF_AN_OBJECT) {
            return wrong;
        }
        int end = at + 1;
        int hash = 0;
        for (byte c = bytes[end]; c != '"'; c = bytes[end]) {
            if (c < ' ' || c == '\\') { // it is negative beyond ASCII
                return wrong;
            }
            hash = 31 * hash + c;
            end++;
        }
        for (int i = first; i < names; i++) {
            if (nameHashes[i] == hash) {
                return wrong;
            }
        }
        nameHashes[names++] = hash;
        return end - at <= LONGEST_NAME ? end + 1 : wrong;
    }

    private int string(int from) {
        int at = from;
        while (true) {
            at = plain(at);
            byte c = bytes[at];
            if (c == '"') {
                return at + 1;
            }
            at = c == '\\' ? escape(at + 1) : c < 0 ? character(at) : wrong;
            if (at == wrong) {
                return wrong;
            }
        }
    }

    /** Steps over printable ASCII without quote and backslash, eight characters at a time. */
    private int plain(int from) {
        byte[] text = bytes;
        int at = from;
        while (true) {
            long word = (long) WORDS.get(text, at);
            // In each of these the lowest top bit that is set is that of the first character to look at: one that is no
            // ASCII has it anyway, and of the others only those that become less than nothing get it by the subtraction
            // (Warren, Hacker's Delight, 6-1). The one bit apart, quotes are next to the control characters.
            long low = (word ^ 0x02 * EACH) - 0x21 * EACH;
            long backslashes = (word ^ '\\' * EACH) - EACH;
            long stops = (low | backslashes | word) & TOPS;
            if (stops != 0) {
                return at + (Long.numberOfTrailingZeros(stops) >>> 3);
            }
            at += Long.BYTES;
        }
    }

    private int escape(int at) {
        return switch (bytes[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
            case 'u' -> isHex(at + 1) && isHex(at + 2) && isHex(at + 3) && isHex(at + 4) ? at + 5 : wrong;
            default -> wrong;
        };
    }

    /** One character beyond ASCII: no form that is too long, no half of a pair, nothing past U+10FFFF (RFC 3629). */
    private int character(int at) {
        int lead = bytes[at] & 0xFF;
        int second = bytes[at + 1] & 0xFF;
        if (lead >= 0xC2 && lead < 0xE0) {
            return isTail(at + 1) ? at + 2 : wrong;
        }
        if (lead >= 0xE0 && lead < 0xF0) {
            boolean right = lead == 0xE0 ? second >= 0xA0 : lead != 0xED || second < 0xA0;
            return right && isTail(at + 1) && isTail(at + 2) ? at + 3 : wrong;
        }
        if (lead >= 0xF0 && lead < 0xF5) {
            boolean right = lead == 0xF0 ? second >= 0x90 : lead != 0xF4 || second < 0x90;
            return right && isTail(at + 1) && isTail(at + 2) && isTail(at + 3) ? at + 4 : wrong;
        }
        return wrong;
    }

    private int number(int from) {
        int at = bytes[from] == '-' ? from + 1 : from;
        byte first = bytes[at];
        if (first < '0' || first > '9') {
            return wrong;
        }
        int end = first == '0' ? at + 1 : digits(at + 1);
        if (bytes[end] == '.') {
            int fraction = end + 1;
            end = digits(fraction);
            if (end == fraction) {
                return wrong;
            }
        }
        if ((bytes[end] | 0x20) == 'e') {
            end = exponent(end + 1);
        }
        return end - from <= LONGEST_NUMBER ? end : wrong;
    }

    private int exponent(int from) {
        int at = bytes[from] == '+' || bytes[from] == '-' ? from + 1 : from;
        int end = digits(at);
        int value = 0;
        for (int i = at; i < end; i++) {
            value = 10 * value + bytes[i] - '0';
            if (value > LARGEST_EXPONENT) {
                return wrong;
            }
        }
        return end > at ? end : wrong;
    }

    /** Steps over digits, eight at a time: how many there are is not guessed from one number to the next. */
    private int digits(int from) {
        byte[] text = bytes;
        int at = from;
        while (true) {
            long values = (long) WORDS.get(text, at) ^ '0' * EACH;
            // Up to the first that is above nine no addition carries into the next character.
            long stops = (values + 0x76 * EACH | values) & TOPS;
            if (stops != 0) {
                return at + (Long.numberOfTrailingZeros(stops) >>> 3);
            }
            at += Long.BYTES;
        }
    }

    private int word(int at, char second, char third, char last) {
        return bytes[at] == second && bytes[at + 1] == third && bytes[at + 2] == last ? at + 3 : wrong;
    }

    /** Steps over white space; what is wrong stays so. */
    private int space(int from) {
        if (bytes[from] > ' ') {
            return from;
        }
        int at = from;
        while (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t') {
            at++;
        }
        return at;
    }

    private boolean isHex(int at) {
        byte c = bytes[at];
        int lower = c | 0x20;
        return c >= '0' && c <= '9' || lower >= 'a' && lower <= 'f';
    }

    private boolean isTail(int at) {
        return (bytes[at] & 0xC0) == 0x80;
    }
}
