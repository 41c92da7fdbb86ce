package io.inferenceproxy.internal.http1;

import java.util.Arrays;

/** Gathers fields that came otherwise than as lines, such as by HPACK, as the lines that they would have been. */
public final class FieldBlock {

    private byte[] bytes = new byte[1 << 10];
    private int size;
    private int[] index = new int[16 * FieldLines.STRIDE];
    private int end;

    /** Adds a field; false when its name or its value must not stand in one, or the name is not in lower case. */
    public boolean add(CharSequence name, CharSequence value) {
        int from = size;
        ensure(name.length() + value.length() + 4);
        if (!append(name) || name.length() == 0 || Octets.tokenEnd(bytes, from, size) != size || hasCapital(from)) {
            return false;
        }
        bytes[size++] = ':';
        bytes[size++] = ' ';
        int valueFrom = size;
        if (!append(value) || Octets.textEnd(bytes, valueFrom, size) != size || isPadded(valueFrom)) {
            return false;
        }
        if (end == index.length) {
            index = Arrays.copyOf(index, 2 * end);
        }
        index[end++] = from;
        index[end++] = name.length();
        index[end++] = valueFrom;
        index[end++] = size;
        bytes[size++] = '\r';
        bytes[size++] = '\n';
        return true;
    }

    FieldLines lines() {
        return new FieldLines(bytes, index, end, size);
    }

    private boolean hasCapital(int from) {
        for (int i = from; i < size; i++) {
            if (bytes[i] >= 'A' && bytes[i] <= 'Z') {
                return true;
            }
        }
        return false;
    }

    private boolean isPadded(int from) {
        return size > from && (Octets.isBlank(bytes[from]) || Octets.isBlank(bytes[size - 1]));
    }

    private boolean append(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0xFF) {
                return false;
            }
            bytes[size++] = (byte) c;
        }
        return true;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
