package io.inferenceproxy.validate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One walk over JSON as nearly all clients write it, which keeps nothing and only tells whether all is well by the rules of
 * {@link StrictJson}: UTF-8, grammar, depth, names that differ, numbers in range. Whatever is wrong, or merely unusual (an
 * escape in a name, a very long number, more names than it keeps), it leaves to the parser, which can tell what is
 * the matter and where.
 */
final class PlainJson {

    private static final ThreadLocal<PlainJson> OF_THREAD = ThreadLocal.withInitial(PlainJson::new);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NOTHING = {};

    private static final int WRONG = -1;
    private static final int MOST_DEPTH = 64;
    private static final int MOST_NAMES = 256;
    private static final int MOST_NAMES_OF_AN_OBJECT = 64;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_NUMBER = 256;
    private static final int LARGEST_EXPONENT = 400;

    private static final long EACH = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private final int[] nameHashes = new int[MOST_NAMES];
    private byte[] bytes = NOTHING;
    private int maxDepth;
    private int depth;
    private int names;

    private PlainJson() {}

    /** Whether the text is JSON for sure. */
    static boolean isFine(byte[] bytes, int maxDepth) {
        PlainJson walk = OF_THREAD.get();
        walk.bytes = bytes;
        walk.maxDepth = Math.min(maxDepth, MOST_DEPTH);
        walk.depth = 0;
        walk.names = 0;
        int end = walk.value(walk.space(0));
        boolean fine = end != WRONG && walk.space(end) == bytes.length;
        walk.bytes = NOTHING;
        return fine;
    }

    /** Each of these takes where its part begins, the opening mark read, and returns what is behind its end. */
    private int value(int at) {
        return switch (byteAt(at)) {
            case '{' -> object(at + 1);
            case '[' -> array(at + 1);
            case '"' -> string(at + 1);
            case 't' -> word(at + 1, 'r', 'u', 'e');
            case 'f' -> byteAt(at + 1) == 'a' ? word(at + 2, 'l', 's', 'e') : WRONG;
            case 'n' -> word(at + 1, 'u', 'l', 'l');
            default -> number(at);
        };
    }

    private int object(int from) {
        if (++depth > maxDepth) {
            return WRONG;
        }
        int first = names;
        int at = space(from);
        if (byteAt(at) == '}') {
            depth--;
            return at + 1;
        }
        while (true) {
            at = space(name(at, first));
            if (byteAt(at) != ':') {
                return WRONG;
            }
            at = space(value(space(at + 1)));
            byte mark = byteAt(at);
            if (mark == '}') {
                names = first;
                depth--;
                return at + 1;
            }
            if (mark != ',') {
                return WRONG;
            }
            at = space(at + 1);
        }
    }

    private int array(int from) {
        if (++depth > maxDepth) {
            return WRONG;
        }
        int at = space(from);
        if (byteAt(at) == ']') {
            depth--;
            return at + 1;
        }
        while (true) {
            at = space(value(at));
            byte mark = byteAt(at);
            if (mark == ']') {
                depth--;
                return at + 1;
            }
            if (mark != ',') {
                return WRONG;
            }
            at = space(at + 1);
        }
    }

    /**
     * A name that no other member of the object has, of which the first stands in that place among the hashes. Two names
     * with one hash are left to the parser, be they the same or not.
     */
    private int name(int at, int first) {
        if (byteAt(at) != '"' || names == MOST_NAMES || names - first == MOST_NAMES_OF_AN_OBJECT) {
            return WRONG;
        }
        int end = at + 1;
        int hash = 0;
        for (byte c = byteAt(end); c != '"'; c = byteAt(end)) {
            if (c < ' ' || c == '\\') { // it is negative beyond ASCII
                return WRONG;
            }
            hash = 31 * hash + c;
            end++;
        }
        for (int i = first; i < names; i++) {
            if (nameHashes[i] == hash) {
                return WRONG;
            }
        }
        nameHashes[names++] = hash;
        return end - at <= LONGEST_NAME ? end + 1 : WRONG;
    }

    private int string(int from) {
        int at = from;
        while (true) {
            at = plain(at);
            byte c = byteAt(at);
            if (c == '"') {
                return at + 1;
            }
            at = c == '\\' ? escape(at + 1) : c < 0 ? character(at) : WRONG;
            if (at == WRONG) {
                return WRONG;
            }
        }
    }

    /** Steps over printable ASCII without quote and backslash, eight characters at a time as long as they last. */
    private int plain(int from) {
        int at = from;
        while (at + Long.BYTES <= bytes.length) {
            long word = (long) WORDS.get(bytes, at);
            long quotes = word ^ '"' * EACH;
            long backslashes = word ^ '\\' * EACH;
            // The lowest top bit that is set here is that of the first character to look at (Warren, Hacker's Delight,
            // 6-1).
            long stops =
                    (quotes - EACH & ~quotes | backslashes - EACH & ~backslashes | word - ' ' * EACH & ~word | word)
                            & TOPS;
            if (stops != 0) {
                return at + (Long.numberOfTrailingZeros(stops) >>> 3);
            }
            at += Long.BYTES;
        }
        while (byteAt(at) >= ' ' && byteAt(at) != '"' && byteAt(at) != '\\') {
            at++;
        }
        return at;
    }

    private int escape(int at) {
        return switch (byteAt(at)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
            case 'u' -> isHex(at + 1) && isHex(at + 2) && isHex(at + 3) && isHex(at + 4) ? at + 5 : WRONG;
            default -> WRONG;
        };
    }

    /** One character beyond ASCII: no form that is too long, no half of a pair, nothing past U+10FFFF (RFC 3629). */
    private int character(int at) {
        int lead = byteAt(at) & 0xFF;
        int second = byteAt(at + 1) & 0xFF;
        if (lead >= 0xC2 && lead < 0xE0) {
            return isTail(at + 1) ? at + 2 : WRONG;
        }
        if (lead >= 0xE0 && lead < 0xF0) {
            boolean right = lead == 0xE0 ? second >= 0xA0 : lead != 0xED || second < 0xA0;
            return right && isTail(at + 1) && isTail(at + 2) ? at + 3 : WRONG;
        }
        if (lead >= 0xF0 && lead < 0xF5) {
            boolean right = lead == 0xF0 ? second >= 0x90 : lead != 0xF4 || second < 0x90;
            return right && isTail(at + 1) && isTail(at + 2) && isTail(at + 3) ? at + 4 : WRONG;
        }
        return WRONG;
    }

    private int number(int from) {
        int at = byteAt(from) == '-' ? from + 1 : from;
        int end = byteAt(at) == '0' ? at + 1 : digits(at);
        if (end == WRONG) {
            return WRONG;
        }
        if (byteAt(end) == '.') {
            end = digits(end + 1);
            if (end == WRONG) {
                return WRONG;
            }
        }
        if ((byteAt(end) | 0x20) == 'e') {
            end = exponent(end + 1);
        }
        return end - from <= LONGEST_NUMBER ? end : WRONG;
    }

    private int exponent(int from) {
        int at = byteAt(from) == '+' || byteAt(from) == '-' ? from + 1 : from;
        int end = digits(at);
        int value = 0;
        for (int i = at; i < end; i++) {
            value = 10 * value + bytes[i] - '0';
            if (value > LARGEST_EXPONENT) {
                return WRONG;
            }
        }
        return end;
    }

    /** At least one digit. */
    private int digits(int from) {
        int at = from;
        while (byteAt(at) >= '0' && byteAt(at) <= '9') {
            at++;
        }
        return at > from ? at : WRONG;
    }

    private int word(int at, char second, char third, char last) {
        return byteAt(at) == second && byteAt(at + 1) == third && byteAt(at + 2) == last ? at + 3 : WRONG;
    }

    /** Steps over white space; what is wrong stays so. */
    private int space(int from) {
        int at = from;
        while (byteAt(at) == ' ' || byteAt(at) == '\n' || byteAt(at) == '\r' || byteAt(at) == '\t') {
            at++;
        }
        return at;
    }

    private boolean isHex(int at) {
        byte c = byteAt(at);
        int lower = c | 0x20;
        return c >= '0' && c <= '9' || lower >= 'a' && lower <= 'f';
    }

    private boolean isTail(int at) {
        return (byteAt(at) & 0xC0) == 0x80;
    }

    /** Nothing that JSON has room for, before the first byte and behind the last one. */
    private byte byteAt(int at) {
        return at >= 0 && at < bytes.length ? bytes[at] : 0;
    }
}
