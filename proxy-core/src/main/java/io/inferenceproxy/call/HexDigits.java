package io.inferenceproxy.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes numbers as lower-case hexadecimal digits, eight of them in one step, since every call needs dozens. */
final class HexDigits {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private HexDigits() {}

    /** Writes the 16 digits of the number, most significant first. */
    static void put(byte[] ascii, int at, long number) {
        EIGHT_BYTES.set(ascii, at, eight(number >>> 32));
        EIGHT_BYTES.set(ascii, at + 8, eight(number & 0xffff_ffffL));
    }

    /** The characters of the eight digits of 32 bits, in the order of the digits. */
    private static long eight(long bits) {
        long halves = (bits << 16 | bits) & 0x0000_ffff_0000_ffffL;
        long bytes = (halves << 8 | halves) & 0x00ff_00ff_00ff_00ffL;
        long digits = (bytes << 4 | bytes) & 0x0f0f_0f0f_0f0f_0f0fL;
        // Adding 6 carries into the upper half of a byte from the digit a on, and there the letters are 39 further on.
        long letters = (digits + 0x0606_0606_0606_0606L) >>> 4 & 0x0101_0101_0101_0101L;
        return digits + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
    }
}
