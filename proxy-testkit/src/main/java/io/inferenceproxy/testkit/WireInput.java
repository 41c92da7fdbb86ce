package io.inferenceproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A buffered input that remembers what was consumed since {@link #startMessage()}, up to a bound. */
final class WireInput {

    private static final int MOST_REMEMBERED = 16 << 20;

    private final InputStream source;
    private final byte[] buffer = new byte[16 << 10];
    private final ByteArrayOutputStream consumed = new ByteArrayOutputStream();
    private int position;
    private int limit;

    WireInput(InputStream source) {
        this.source = source;
    }

    /** Forgets what was consumed. */
    void startMessage() {
        consumed.reset();
    }

    /** What was consumed since the start of the message. */
    Bytes consumed() {
        return Bytes.of(consumed.toByteArray());
    }

    /** Waits until a byte is there; false at the end of the stream. */
    boolean awaitByte() throws IOException {
        if (position < limit) {
            return true;
        }
        position = 0;
        limit = Math.max(0, source.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    int read() throws IOException {
        if (!awaitByte()) {
            return -1;
        }
        byte next = buffer[position++];
        if (consumed.size() < MOST_REMEMBERED) {
            consumed.write(next);
        }
        return next & 0xff;
    }

    /** Reads what is there, at least one and at most {@code most} bytes; empty only at the end of the stream. */
    Bytes readSome(long most) throws IOException {
        if (!awaitByte()) {
            return Bytes.EMPTY;
        }
        int count = (int) Math.min(most, limit - position);
        byte[] some = new byte[count];
        System.arraycopy(buffer, position, some, 0, count);
        position += count;
        if (consumed.size() < MOST_REMEMBERED) {
            consumed.write(some, 0, count);
        }
        return Bytes.of(some);
    }
}
