package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.ArrayChunk;
import io.inferenceproxy.http.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** A piece of a body that is still in the buffer it was read into, on its way to another socket uncopied. */
record BufferChunk(ByteBuf buffer) implements Chunk {

    /** The buffer of any chunk; the chunk's owner becomes the buffer's. */
    static ByteBuf bufferOf(Chunk chunk, ByteBufAllocator allocator) {
        if (chunk instanceof BufferChunk ours) {
            return ours.buffer;
        }
        if (chunk instanceof ArrayChunk onHeap) {
            return Unpooled.wrappedBuffer(onHeap.array());
        }
        try {
            return allocator.buffer(chunk.size()).writeBytes(chunk.bytes());
        } finally {
            chunk.release();
        }
    }

    @Override
    public int size() {
        return buffer.readableBytes();
    }

    @Override
    public ByteBuffer bytes() {
        return buffer.nioBuffer().asReadOnlyBuffer();
    }

    @Override
    public void copyTo(byte[] to, int at) {
        buffer.getBytes(buffer.readerIndex(), to, at, buffer.readableBytes());
    }

    @Override
    public void copyTo(int from, int length, byte[] to) {
        buffer.getBytes(buffer.readerIndex() + from, to, 0, length);
    }

    @Override
    public byte lastByte() {
        return buffer.getByte(buffer.writerIndex() - 1);
    }

    @Override
    public Chunk lasting() {
        return new BufferChunk(ReadBuffers.toKeep(buffer));
    }

    @Override
    public void release() {
        buffer.release();
    }
}
