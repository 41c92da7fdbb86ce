package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Where sockets are read into: most reads are small and are done with before the next one, so each event loop has one buffer
 * that serves again as soon as nobody holds it. Connections that read much at once get buffers of their own.
 *
 * <p>Whoever keeps a piece of such a buffer for longer than the event keeps all of it from being used, so small pieces that
 * have to wait are copied first ({@link InboundBody}, {@link ServerConnection}).
 */
@SuppressWarnings("deprecation") // a handle is what the interface asks for
final class ReadBuffers implements RecvByteBufAllocator {

    /** For sockets of any kind; without state. */
    static final RecvByteBufAllocator INSTANCE = new ReadBuffers();

    private static final int BYTES = 16 << 10;

    private static final FastThreadLocal<ByteBuf> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(ByteBuf buffer) {
            buffer.release();
        }
    };

    /** How often one socket is read before others have their turn, and before what it brought is sent on. */
    private static final int MOST_READS = 4;

    private final AdaptiveRecvByteBufAllocator own = new AdaptiveRecvByteBufAllocator();

    private ReadBuffers() {
        own.maxMessagesPerRead(MOST_READS);
    }

    @Override
    public Handle newHandle() {
        return new ReusingHandle(own.newHandle());
    }

    /** Something that was read and has to wait: a copy where it is only a small part of its buffer. */
    static ByteBuf toKeep(ByteBuf piece) {
        int size = piece.readableBytes();
        if (size > BYTES / 2) {
            return piece;
        }
        try {
            return piece.alloc().buffer(size).writeBytes(piece);
        } finally {
            piece.release();
        }
    }

    private static final class ReusingHandle extends DelegatingHandle implements ExtendedHandle {

        ReusingHandle(Handle own) {
            super(own);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            if (guess() > BYTES) {
                return super.allocate(allocator);
            }
            ByteBuf shared = OF_LOOP.get();
            if (shared == null || shared.refCnt() > 1) {
                if (shared != null) {
                    shared.release(); // it is its holders' now
                }
                shared = LoopMemory.ALLOCATOR.directBuffer(BYTES, BYTES);
                OF_LOOP.set(shared);
            }
            return shared.clear().retain();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMoreData);
        }
    }
}
