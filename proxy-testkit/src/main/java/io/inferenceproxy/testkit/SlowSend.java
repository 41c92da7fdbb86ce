package io.inferenceproxy.testkit;

import java.io.IOException;

/** Bytes that a {@link RawClient} sends little by little, whenever the test says so. */
public final class SlowSend {

    private final RawClient client;
    private final Bytes bytes;
    private int position;

    SlowSend(RawClient client, Bytes bytes) {
        this.client = client;
        this.bytes = bytes;
    }

    /** Sends the next {@code count} bytes, or as many as there are. */
    public SlowSend next(int count) throws IOException {
        int end = Math.min(bytes.length(), position + count);
        client.send(bytes.slice(position, end));
        position = end;
        return this;
    }

    /** Sends all up to and including the next occurrence of {@code mark}, or the rest if there is none. */
    public SlowSend through(String mark) throws IOException {
        int found = bytes.latin1().indexOf(mark, position);
        return next(found < 0 ? remaining() : found + mark.length() - position);
    }

    /** Sends what is left. */
    public void rest() throws IOException {
        next(remaining());
    }

    /** How many bytes are left. */
    public int remaining() {
        return bytes.length() - position;
    }
}
