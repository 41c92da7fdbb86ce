package io.inferenceproxy.internal.http1;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The fields of a scanned head: the bytes as they came, and where in them each name and value stands. No string is made for
 * a field that nobody reads; those that pass go on as runs of whole lines.
 */
final class FieldLines implements Headers {

    /** Four numbers a field: where its line begins, the length of its name, where its value begins, where that ends. */
    static final int STRIDE = 4;

    private final byte[] block;
    private final int[] index;
    private final int end;
    private final int blockEnd;
    private final long nameLengths;

    /**
     * @param block the bytes of the head; no longer changed
     * @param index four numbers a field
     * @param end how many numbers count
     * @param blockEnd behind the last field line
     */
    FieldLines(byte[] block, int[] index, int end, int blockEnd) {
        this.block = block;
        this.index = index;
        this.end = end;
        this.blockEnd = blockEnd;
        long lengths = 0;
        for (int i = 0; i < end; i += STRIDE) {
            lengths |= 1L << index[i + 1];
        }
        this.nameLengths = lengths;
    }

    int count() {
        return end / STRIDE;
    }

    byte[] block() {
        return block;
    }

    int nameAt(int field) {
        return index[field * STRIDE];
    }

    int nameLength(int field) {
        return index[field * STRIDE + 1];
    }

    int valueAt(int field) {
        return index[field * STRIDE + 2];
    }

    int valueEnd(int field) {
        return index[field * STRIDE + 3];
    }

    String value(int field) {
        return text(valueAt(field), valueEnd(field));
    }

    /** Whether the name of a field is this one, which is in lower case. */
    boolean isNamed(int field, String lower) {
        return isSame(index[field * STRIDE], lower);
    }

    @Override
    public Optional<String> first(String name) {
        int found = find(name, 0);
        return found < 0 ? Optional.empty() : Optional.of(text(index[found + 2], index[found + 3]));
    }

    @Override
    public FieldValue value(String name) {
        int found = find(name, 0);
        return found < 0 ? FieldValue.EMPTY : new FieldValue(block, index[found + 2], index[found + 3]);
    }

    @Override
    public boolean contains(String name) {
        return find(name, 0) >= 0;
    }

    @Override
    public int count(String name) {
        int count = 0;
        for (int found = find(name, 0); found >= 0; found = find(name, found + STRIDE)) {
            count++;
        }
        return count;
    }

    @Override
    public List<String> all(String name) {
        int found = find(name, 0);
        if (found < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(2);
        while (found >= 0) {
            values.add(text(index[found + 2], index[found + 3]));
            found = find(name, found + STRIDE);
        }
        return values;
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < end; i += STRIDE) {
            action.accept(text(index[i], index[i] + index[i + 1]), text(index[i + 2], index[i + 3]));
        }
    }

    @Override
    public void writeTo(FieldSink sink, Omitted omitted) {
        int run = -1;
        for (int i = 0; i < end; i += STRIDE) {
            int line = index[i];
            int length = index[i + 1];
            if (omitted.omits(block, line, length, HeaderNames.hash(block, line, length))) {
                if (run >= 0) {
                    sink.lines(block, run, line);
                    run = -1;
                }
            } else if (run < 0) {
                run = line;
            }
        }
        if (run >= 0) {
            sink.lines(block, run, blockEnd);
        }
    }

    private int find(String name, int from) {
        if ((nameLengths >>> name.length() & 1) == 0) {
            return -1;
        }
        for (int i = from; i < end; i += STRIDE) {
            if (index[i + 1] == name.length() && isSame(index[i], name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isSame(int at, String name) {
        for (int i = 0; i < name.length(); i++) {
            int difference = name.charAt(i) ^ block[at + i];
            if (difference != 0 && (difference != 0x20 || !isLetter(block[at + i]))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(byte octet) {
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'z';
    }

    private String text(int from, int to) {
        return new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
