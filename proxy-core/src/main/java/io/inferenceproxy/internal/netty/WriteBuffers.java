package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * What small messages are gathered in: mostly a socket takes them at once, so each event loop has one buffer that serves
 * again once it was written; while it waits for a slow peer, it is that peer's, and the loop gets another.
 */
final class WriteBuffers {

    private static final int BYTES = 4 << 10;

    private static final FastThreadLocal<ByteBuf> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(ByteBuf buffer) {
            buffer.release();
        }
    };

    private WriteBuffers() {}

    /** An empty buffer with room for that many bytes at least; the caller releases it. */
    static ByteBuf take(ByteBufAllocator allocator, int bytes) {
        if (bytes > BYTES) {
            return allocator.directBuffer(bytes);
        }
        ByteBuf shared = OF_LOOP.get();
        if (shared == null || shared.refCnt() > 1) {
            if (shared != null) {
                shared.release(); // its holder's now
            }
            shared = LoopMemory.ALLOCATOR.directBuffer(BYTES);
            OF_LOOP.set(shared);
        }
        return shared.clear().retain();
    }
}
