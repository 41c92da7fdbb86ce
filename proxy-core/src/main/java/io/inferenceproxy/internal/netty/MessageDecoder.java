package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;

/**
 * The codec seam: turns the bytes of one direction of a connection into messages. {@link ScanningDecoder} is what runs;
 * {@link NettyDecoder} does the same with Netty's decoders, under the same tests.
 *
 * @param <H> the kind of head
 */
interface MessageDecoder<H> {

    /**
     * Tells what the bytes say, and takes those from the buffer; leaves what belongs to a message that is not wanted yet.
     * Called also with an empty buffer when the next message is wanted, since some of it may have been taken already.
     */
    void decode(ByteBuf in, DecodedMessages<H> to);

    /** Whether the first bytes of a head have come, but not its end. */
    boolean headBegun();

    /** Whether anything behind the last whole message was taken from a buffer. */
    boolean hasLeftover();

    /** Gives back what is held of an unfinished message. */
    void close();
}
