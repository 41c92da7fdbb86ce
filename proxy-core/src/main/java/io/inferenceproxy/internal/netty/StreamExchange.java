package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.ProxyResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** An exchange of HTTP/2: a stream, on which the answer is frames. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the stream, which ends the exchange
final class StreamExchange extends Exchange {

    private final StreamHandler stream;
    private final Channel channel;
    private long pending;
    private boolean ended;

    StreamExchange(StreamHandler stream, Channel channel, ProxyCall call, @Nullable InboundBody requestBody) {
        super(call, requestBody);
        this.stream = stream;
        this.channel = channel;
    }

    void respond(ProxyResponse response) {
        answer(response, isBodiless(response.status()), response.body().length().orElse(-1));
    }

    @Override
    void writeHead(ProxyResponse response, boolean bodiless, long length) {
        StreamHeadWriter writer = new StreamHeadWriter(response.status());
        writer.fields(response.headers());
        if (!response.headers().contains("Date")) {
            writer.date(stream.shared().date());
        }
        if (length >= 0 && response.status() != 204 && response.status() != 304) {
            writer.contentLength(length);
        }
        ended = bodiless || length == 0;
        ChannelFuture written = channel.write(new DefaultHttp2HeadersFrame(writer.head(), ended));
        if (ended) {
            written.addListener(this::ended);
        }
    }

    @Override
    void writePiece(Chunk chunk, boolean last) {
        write(BufferChunk.bufferOf(chunk, channel.alloc()), last);
    }

    /** Counts what waits for the client until it was written to the socket. */
    private void write(ByteBuf content, boolean last) {
        int size = content.readableBytes();
        pending += size;
        stream.shared().buffers().reserve(size);
        ended = last;
        ChannelFuture written = channel.write(new DefaultHttp2DataFrame(content, last));
        written.addListener(done -> {
            pending -= size;
            stream.shared().buffers().release(size);
            stream.progress();
            if (pending == 0 && channel.isActive()) {
                writable();
            }
        });
        if (last) {
            written.addListener(this::ended);
        }
    }

    @Override
    void writeEnd(boolean bodiless) {
        if (!ended) {
            write(Unpooled.EMPTY_BUFFER, true);
        }
        flush();
    }

    /** The end was written, or could not be. */
    private void ended(Future<? super Void> end) {
        if (end.isSuccess()) {
            written();
        } else {
            clientGone();
        }
    }

    /** How many bytes the client has yet to take. */
    long pending() {
        return pending;
    }

    @Override
    void flush() {
        channel.flush();
        stream.writing();
    }

    @Override
    boolean isHeldUp(boolean canBeHadAgain) {
        if (!channel.isWritable()) {
            return true;
        }
        if (!canBeHadAgain && !stream.shared().buffers().isFull()) {
            return false;
        }
        flush();
        return pending > 0;
    }

    @Override
    boolean isOpen() {
        return channel.isActive();
    }

    @Override
    void cut() {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    }

    @Override
    void drop() {
        // what was written is given back with the stream
    }

    @Override
    void over() {
        stream.exchangeDone();
    }
}
