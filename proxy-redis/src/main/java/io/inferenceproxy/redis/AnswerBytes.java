package io.inferenceproxy.redis;

import io.inferenceproxy.limit.SharedAnswer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An answer in the form in which {@code counters.lua} gives it. */
final class AnswerBytes implements SharedAnswer {

    private static final int HEAD = 2 * Double.BYTES;
    private static final int CLAIM = 3 * Double.BYTES;

    private final ByteBuffer bytes;

    AnswerBytes(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long now() {
        return (long) bytes.getDouble(0);
    }

    @Override
    public boolean isDone() {
        return bytes.getDouble(Double.BYTES) != 0;
    }

    @Override
    public long remaining(int claim) {
        return number(claim, 0);
    }

    @Override
    public long resetMicros(int claim) {
        return number(claim, 1);
    }

    @Override
    public long waitMicros(int claim) {
        return number(claim, 2);
    }

    private long number(int claim, int place) {
        return (long) bytes.getDouble(HEAD + CLAIM * claim + Double.BYTES * place);
    }
}
