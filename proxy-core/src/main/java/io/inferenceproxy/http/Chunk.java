package io.inferenceproxy.http;

import java.nio.ByteBuffer;

/**
 * A piece of a body. Its owner releases it exactly once, after which its bytes are gone.
 *
 * <p>A server may keep its own kind of buffer behind it, so that pieces pass from socket to socket uncopied.
 */
public interface Chunk {

    /** How many bytes it has. */
    int size();

    /** The bytes, read-only, valid until {@link #release()}. */
    ByteBuffer bytes();

    /** Copies the bytes into an array, which has room for them. */
    default void copyTo(byte[] to, int at) {
        bytes().duplicate().get(to, at, size());
    }

    /** Copies some of the bytes, from that one on, to the beginning of an array. */
    default void copyTo(int from, int length, byte[] to) {
        bytes().slice(bytes().position() + from, length).get(to, 0, length);
    }

    /** The last byte; there must be one. */
    default byte lastByte() {
        ByteBuffer bytes = bytes();
        return bytes.get(bytes.limit() - 1);
    }

    /**
     * The same bytes for who keeps them for longer than the event in which they came: a copy, where they are a small part of
     * something that others wait for. Takes the place of this piece, which is released if it is not the same.
     */
    default Chunk lasting() {
        return this;
    }

    /** Gives the memory back. */
    void release();

    /** A piece over an array that the caller no longer changes. */
    static Chunk of(byte[] bytes) {
        return new ArrayChunk(bytes);
    }
}
