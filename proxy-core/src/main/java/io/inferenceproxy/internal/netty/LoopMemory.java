package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Memory for buffers that an event loop keeps for its whole life: no pool has to carry them, and they are no leak. */
final class LoopMemory {

    static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

    private LoopMemory() {}
}
