package io.inferenceproxy.http;

import java.nio.ByteBuffer;

/** A piece on the heap, which the collector frees. */
public final class ArrayChunk implements Chunk {

    private final byte[] array;

    ArrayChunk(byte[] array) {
        this.array = array;
    }

    /** The bytes themselves, for who writes them to a socket: they must not be changed. */
    public byte[] array() {
        return array;
    }

    @Override
    public int size() {
        return array.length;
    }

    @Override
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    @Override
    public void copyTo(byte[] to, int at) {
        System.arraycopy(array, 0, to, at, array.length);
    }

    @Override
    public void copyTo(int from, int length, byte[] to) {
        System.arraycopy(array, from, to, 0, length);
    }

    @Override
    public void release() {
        // the collector's
    }
}
