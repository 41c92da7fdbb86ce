package io.inferenceproxy.cost;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches for the next byte that matters, eight at a time. All return the end where there is none. */
final class Words {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private Words() {}

    /** A quote or a backslash. */
    static int quoteOrBackslash(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORDS.get(bytes, at);
            long found = zeros(word ^ '"' * EACH) | zeros(word ^ '\\' * EACH);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < to && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /** A quote, or a bracket of either kind that opens or closes. */
    static int quoteOrBracket(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORDS.get(bytes, at);
            long folded = word | 0x20 * EACH; // [ and { become one, so do ] and }
            long found = zeros(word ^ '"' * EACH) | zeros(folded ^ '{' * EACH) | zeros(folded ^ '}' * EACH);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; at < to; at++) {
            byte c = bytes[at];
            if (c == '"' || (c | 0x20) == '{' || (c | 0x20) == '}') {
                return at;
            }
        }
        return at;
    }

    /** The end of a line. */
    static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORDS.get(bytes, at);
            long found = zeros(word ^ '\n' * EACH) | zeros(word ^ '\r' * EACH);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    /** The top bits of bytes that are zero; the lowest of them is right for sure, which is all that counts here. */
    private static long zeros(long word) {
        return (word - EACH) & ~word & TOPS;
    }
}
