package io.inferenceproxy.limit;

import java.nio.charset.StandardCharsets;

/** A place in a batch of the journal, from which the next number is read. */
final class JournalCursor {

    private final byte[] bytes;
    private final int end;
    private int at;

    JournalCursor(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** How many bytes have not been read. */
    int left() {
        return end - at;
    }

    byte kind() {
        return bytes[at++];
    }

    long fixed() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    long signed() {
        long value = number();
        return value >>> 1 ^ -(value & 1);
    }

    String text() {
        int length = (int) number();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }
}
