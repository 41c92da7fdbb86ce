package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.ProxyResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a client's connection: writes the answer's head, then its body as it comes, with
 * back-pressure, and knows how it ended.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which ends the exchange
final class ServerExchange implements BodySink, ChannelFutureListener {

    private static final ByteBuf LAST_CHUNK =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {'0', '\r', '\n', '\r', '\n'}));
    private static final ByteBuf CHUNK_END =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {'\r', '\n'}));
    private static final ByteBuf LATER_LAST_CHUNK =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {'\r', '\n', '0', '\r', '\n', '\r', '\n'}));
    private static final int HEAD_BYTES = 512;

    private final ServerConnection connection;
    private final ChannelHandlerContext ctx;
    private final RequestHead head;
    private final ProxyCall call;
    private final @Nullable InboundBody requestBody;
    private @Nullable Body responseBody;
    private boolean closing;
    private boolean chunked;
    private boolean closeDelimited;
    private boolean chunkOpen;
    private boolean whole;
    private long left = Long.MAX_VALUE;

    ServerExchange(
            ServerConnection connection,
            ChannelHandlerContext ctx,
            RequestHead head,
            ProxyCall call,
            @Nullable InboundBody requestBody) {
        this.connection = connection;
        this.ctx = ctx;
        this.head = head;
        this.call = call;
        this.requestBody = requestBody;
    }

    ProxyCall call() {
        return call;
    }

    RequestHead head() {
        return head;
    }

    @Nullable
    InboundBody requestBody() {
        return requestBody;
    }

    /** Whether all of the request has come. */
    boolean isRequestComplete() {
        return requestBody == null || requestBody.isComplete();
    }

    /** Whether the head of the answer was written. */
    boolean isAnswered() {
        return responseBody != null;
    }

    /** Whether the connection ends with this exchange. */
    boolean isClosing() {
        return closing;
    }

    /** Writes the answer; its body follows as it comes. */
    void respond(ProxyResponse response, boolean draining) {
        boolean requestComplete = isRequestComplete();
        boolean bodiless =
                call.request().method().equals("HEAD") || response.status() == 204 || response.status() == 304;
        long length = response.body().length().orElse(-1);
        chunked = !bodiless && length < 0 && !head.http10();
        closeDelimited = !bodiless && length < 0 && head.http10();
        closing = response.closing() || closeDelimited || draining || !head.keepAlive() || !requestComplete;
        responseBody = response.body();
        ByteBuf out = ctx.alloc().buffer(HEAD_BYTES);
        HeadWriter.statusLine(out, response.status());
        HeadWriter.fields(out, response.headers());
        if (!response.headers().contains("Date")) {
            HeadWriter.field(out, "Date", connection.date());
        }
        if (chunked) {
            HeadWriter.chunked(out);
        } else if (length >= 0 && response.status() != 204 && response.status() != 304) {
            HeadWriter.contentLength(out, length);
        }
        if (closing) {
            HeadWriter.close(out);
        } else if (head.http10()) {
            HeadWriter.keepAlive(out);
        }
        HeadWriter.end(out);
        call.trace().mark(Mark.ANSWERED);
        ctx.write(out);
        if (requestBody != null && !requestComplete && !requestBody.isBeingRead()) {
            requestBody.cancel();
        }
        if (bodiless) {
            response.body().cancel();
            finish(Unpooled.EMPTY_BUFFER);
        } else {
            left = length >= 0 ? length : Long.MAX_VALUE;
            response.body().read(this);
        }
    }

    @Override
    public void onChunk(Chunk chunk) {
        int size = chunk.size();
        if (whole || size == 0 || size > left || !ctx.channel().isActive()) {
            chunk.release();
            if (!whole && size > left) {
                abort();
            }
            return;
        }
        if (left != Long.MAX_VALUE) {
            left -= size;
        }
        call.trace().responseBytes(size);
        if (chunked) {
            ByteBuf line = ctx.alloc().buffer(12);
            if (chunkOpen) {
                HeadWriter.end(line);
            }
            chunkOpen = true;
            HeadWriter.chunkSize(line, size);
            ctx.write(line);
        }
        ctx.write(BufferChunk.bufferOf(chunk, ctx.alloc()));
        if (!ctx.channel().isWritable() && responseBody != null) {
            responseBody.pause();
            ctx.flush();
            connection.writing();
        }
    }

    @Override
    public void onReadComplete() {
        if (whole) {
            return;
        }
        if (chunkOpen) {
            // The end of a chunk goes with the next one, unless that is yet to come: clients may wait for it.
            chunkOpen = false;
            ctx.write(CHUNK_END.duplicate());
        }
        ctx.flush();
        connection.writing();
    }

    @Override
    public void onEnd() {
        if (left > 0 && left != Long.MAX_VALUE) {
            abort();
        } else if (chunked) {
            finish(chunkOpen ? LATER_LAST_CHUNK.duplicate() : LAST_CHUNK.duplicate());
        } else {
            finish(Unpooled.EMPTY_BUFFER);
        }
    }

    /** What came is not the whole: cut the connection, so that the client sees it. */
    @Override
    public void onFailure(Throwable cause) {
        if (call.trace().reason().isEmpty()) {
            call.trace().explained(String.valueOf(cause.getMessage()));
        }
        abort();
    }

    /** The connection takes more again. */
    void writable() {
        if (responseBody != null && !whole) {
            responseBody.resume();
        }
    }

    /** The client is gone. */
    void clientGone() {
        boolean unfinished = responseBody != null && !whole;
        whole = true; // before the upstream's side ends too: that is a consequence, not the cause
        if (requestBody != null) {
            requestBody.failed(new BodyBrokenOff("the client left"));
        }
        call.cancellation().cancel();
        forgetRequest();
        if (responseBody != null && unfinished) {
            responseBody.cancel();
        }
        call.end(CallEnd.CLIENT_GONE);
    }

    /** What came of a body that nobody read, or not to its end, is released with its call. */
    private void forgetRequest() {
        if (requestBody != null) {
            requestBody.cancel();
        }
    }

    private void finish(ByteBuf last) {
        whole = true;
        ctx.writeAndFlush(last).addListener(this);
        connection.writing();
    }

    /** Ends the answer where it stands, so that the client sees that it is not whole. */
    void abort() {
        if (whole) {
            return;
        }
        whole = true;
        if (responseBody != null) {
            responseBody.cancel();
        }
        call.end(CallEnd.BROKEN_OFF);
        connection.cut(closeDelimited);
    }

    /** The last byte of the answer was written, or could not be. */
    @Override
    public void operationComplete(ChannelFuture written) {
        if (written.isSuccess()) {
            call.end(call.trace().isBrokenOff() ? CallEnd.BROKEN_OFF : CallEnd.COMPLETED);
            forgetRequest();
            connection.exchangeDone(this);
        } else {
            clientGone();
            ctx.close();
        }
    }
}
