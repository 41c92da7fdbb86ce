package io.inferenceproxy.internal.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Which bytes may stand where in a head (RFC 9110 section 5.6.2, RFC 9112), looked up eight at a time where that pays. */
final class Octets {

    static final byte TAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';
    static final byte SPACE = ' ';
    static final byte DELETE = 0x7f;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long SPACES = 0x2020202020202020L;
    private static final long DELETES = 0x7f7f7f7f7f7f7f7fL;
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private Octets() {}

    /** Where the token that begins there ends: at the first byte that is not of a token, or at the end. */
    static int tokenEnd(byte[] block, int from, int end) {
        int at = from;
        while (at < end && TOKEN[block[at] & 0xff]) {
            at++;
        }
        return at;
    }

    /** Where text ends that may have anything but control characters, tabs aside; spaces and bytes beyond ASCII are text. */
    static int textEnd(byte[] block, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end) {
            long eight = (long) LONGS.get(block, at);
            long control = (eight - SPACES) & ~eight & HIGH;
            long unlike = eight ^ DELETES;
            long found = control | (unlike - ONES) & ~unlike & HIGH;
            if (found == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(found) >>> 3; // the lowest of the marks is exact, those above need not be
            if (block[at] != TAB) {
                return at;
            }
            at++;
        }
        while (at < end && isText(block[at])) {
            at++;
        }
        return at;
    }

    /** Where visible text ends: no space, no control character; bytes beyond ASCII count as visible. */
    static int visibleEnd(byte[] block, int from, int end) {
        int at = from;
        while (at < end && (block[at] > SPACE && block[at] != DELETE || block[at] < 0)) {
            at++;
        }
        return at;
    }

    static boolean isToken(byte octet) {
        return TOKEN[octet & 0xff];
    }

    static boolean isText(byte octet) {
        return octet >= SPACE && octet != DELETE || octet < 0 || octet == TAB;
    }

    static boolean isBlank(byte octet) {
        return octet == SPACE || octet == TAB;
    }
}
