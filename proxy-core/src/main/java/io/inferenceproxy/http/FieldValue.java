package io.inferenceproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The value of a field as bytes, where they stand: for those who compare it and would make a string for that alone. */
public final class FieldValue {

    /** Without a byte. */
    public static final FieldValue EMPTY = new FieldValue(new byte[0], 0, 0);

    private final byte[] block;
    private final int from;
    private final int to;

    /**
     * @param block where it stands, no longer changed
     * @param from its first byte
     * @param to behind its last byte
     */
    public FieldValue(byte[] block, int from, int to) {
        this.block = block;
        this.from = from;
        this.to = to;
    }

    /** A text in ISO 8859-1; what is beyond becomes a question mark. */
    public static FieldValue of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new FieldValue(bytes, 0, bytes.length);
    }

    /** How many bytes it has. */
    public int length() {
        return to - from;
    }

    /** One of its bytes, the first at 0. */
    public byte byteAt(int index) {
        return block[from + index];
    }

    /** Whether the other has the same bytes. */
    public boolean isSame(FieldValue other) {
        return Arrays.equals(block, from, to, other.block, other.from, other.to);
    }

    /** Whether it is this text, which is ASCII in lower case; its own case does not matter. */
    public boolean isIgnoringCase(String lower) {
        if (length() != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int c = byteAt(i);
            if ((c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The value in an array of its own, which nobody else uses. */
    public FieldValue copied() {
        return new FieldValue(Arrays.copyOfRange(block, from, to), 0, to - from);
    }

    /** The text. */
    @Override
    public String toString() {
        return new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
