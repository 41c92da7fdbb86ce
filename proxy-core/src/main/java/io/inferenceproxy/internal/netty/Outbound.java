package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.ArrayChunk;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be written to a connection. What is small is gathered in one buffer, so that a head, framing and a small
 * body leave in one write; a large piece goes on in the buffer it was read into. What a slow peer has yet to take is counted.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which ends the exchange
final class Outbound {

    /** From here on writing apart is cheaper than copying. */
    private static final int LARGE = 8 << 10;

    private static final int MOST_GATHERED = 16 << 10;
    private static final int CHUNK_FRAMING = 12;
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final Channel channel;
    private final BufferAccount buffers;
    private final Runnable drained;
    private @Nullable ByteBuf gathered;
    private long counted;
    private boolean watched;

    /** @param drained what to do when the peer has taken all that waited for it */
    Outbound(Channel channel, BufferAccount buffers, Runnable drained) {
        this.channel = channel;
        this.buffers = buffers;
        this.drained = drained;
    }

    /**
     * Adds a head.
     *
     * @param bodyLength how many bytes will follow; negative when that is not known
     */
    void head(HeadWriter head, long bodyLength) {
        int follows = bodyLength < 0 || bodyLength > LARGE ? 0 : (int) bodyLength;
        head.copyTo(room(head.size() + follows));
    }

    /** Adds a piece of a body, and releases it once it is no longer needed. */
    void piece(Chunk chunk) {
        int size = chunk.size();
        if (size > LARGE) {
            write();
            channel.write(BufferChunk.bufferOf(chunk, channel.alloc()));
            return;
        }
        ByteBuf to = room(size);
        if (chunk instanceof BufferChunk ours) {
            to.writeBytes(ours.buffer(), ours.buffer().readerIndex(), size);
        } else if (chunk instanceof ArrayChunk onHeap) {
            to.writeBytes(onHeap.array());
        } else {
            to.writeBytes(chunk.bytes().duplicate());
        }
        chunk.release();
    }

    /** Adds a piece of a body as a chunk (RFC 9112 section 7.1). */
    void chunk(Chunk chunk) {
        int size = chunk.size();
        HeadWriter.chunkSize(room(CHUNK_FRAMING + (size > LARGE ? 0 : size)), size);
        piece(chunk);
        HeadWriter.lineEnd(room(2));
    }

    /** Ends a body of chunks. */
    void lastChunk() {
        room(LAST_CHUNK.length).writeBytes(LAST_CHUNK);
    }

    /** A buffer that takes that many bytes more. */
    private ByteBuf room(int more) {
        ByteBuf current = gathered;
        if (current != null && current.readableBytes() + more > MOST_GATHERED) {
            write();
            current = null;
        }
        if (current == null) {
            // Behind what a slow peer has yet to take, buffers of the right size: a shared one would be held for
            // little.
            current = isFlushed()
                    ? WriteBuffers.take(channel.alloc(), more)
                    : channel.alloc().directBuffer(more);
            gathered = current;
        }
        return current;
    }

    /** Hands what was gathered to the channel. */
    void write() {
        ByteBuf ready = gathered;
        if (ready != null) {
            gathered = null;
            channel.write(ready);
        }
    }

    /** Sends all. */
    void flush() {
        write();
        channel.flush();
        settle();
    }

    /**
     * Whether no more should come until the peer has taken what waits for it: much does, or anything does while memory is
     * short. Of what can be had again at any time there is nothing to gain by letting it wait here, so of that not even a
     * second piece should.
     */
    boolean isHeldUp(boolean canBeHadAgain) {
        if (!channel.isWritable()) {
            return true;
        }
        if (!canBeHadAgain && !buffers.isFull()) {
            return false;
        }
        flush();
        return counted > 0;
    }

    /**
     * Counts what waits. While something does, a mark behind it tells when it was taken; what was taken in between is counted
     * until then. The mark itself waits too until all who are told of it have returned, so the news is for after that.
     */
    private void settle() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long now = waiting == null ? 0 : waiting.totalPendingWriteBytes();
        if (now > counted) {
            buffers.reserve(now - counted);
        } else if (now < counted) {
            buffers.release(counted - now);
        }
        counted = now;
        if (now > 0 && !watched) {
            watched = true;
            // not through the pipeline, where TLS would make a record of it
            channel.unsafe()
                    .write(
                            Unpooled.EMPTY_BUFFER,
                            channel.newPromise()
                                    .addListener(mark -> channel.eventLoop().execute(this::taken)));
            channel.unsafe().flush();
        }
    }

    private void taken() {
        watched = false;
        settle();
        if (counted == 0 && channel.isActive()) {
            drained.run();
        }
    }

    /** Whether all that was flushed has reached the socket. */
    boolean isFlushed() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null && waiting.isEmpty() && channel.isActive();
    }

    /** Gives back what was not handed on. */
    void drop() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        settle();
    }
}
