package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.internal.http1.RequestHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** An exchange of HTTP/1: frames the answer, and knows whether the connection ends with it. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which ends the exchange
final class ServerExchange extends Exchange implements ChannelFutureListener {

    private final ServerConnection connection;
    private final ChannelHandlerContext ctx;
    private final RequestHead head;
    private final Outbound out;
    private boolean closing;
    private boolean chunked;
    private boolean closeDelimited;

    ServerExchange(
            ServerConnection connection,
            ChannelHandlerContext ctx,
            RequestHead head,
            ProxyCall call,
            @Nullable InboundBody requestBody,
            Outbound out) {
        super(call, requestBody);
        this.connection = connection;
        this.ctx = ctx;
        this.head = head;
        this.out = out;
    }

    RequestHead head() {
        return head;
    }

    /** Whether the connection ends with this exchange. */
    boolean isClosing() {
        return closing;
    }

    /** Writes the answer; its body follows as it comes. */
    void respond(ProxyResponse response, boolean draining) {
        boolean bodiless = isBodiless(response.status());
        long length = response.body().length().orElse(-1);
        chunked = !bodiless && length < 0 && !head.http10();
        closeDelimited = !bodiless && length < 0 && head.http10();
        closing = response.closing() || closeDelimited || draining || !head.keepAlive() || !isRequestComplete();
        answer(response, bodiless, length);
    }

    @Override
    void writeHead(ProxyResponse response, boolean bodiless, long length) {
        HeadWriter writer = HeadWriter.begin();
        writer.statusLine(response.status());
        writer.fields(response.headers());
        if (!response.headers().contains("Date")) {
            writer.line(connection.dateLine());
        }
        if (chunked) {
            writer.chunked();
        } else if (length >= 0 && response.status() != 204 && response.status() != 304) {
            writer.contentLength(length);
        }
        if (closing) {
            writer.close();
        } else if (head.http10()) {
            writer.keepAlive();
        }
        writer.end();
        out.head(writer, bodiless ? 0 : length);
    }

    @Override
    void writePiece(Chunk chunk, boolean last) {
        if (chunked) {
            out.chunk(chunk);
        } else {
            out.piece(chunk);
        }
    }

    @Override
    boolean isHeldUp(boolean canBeHadAgain) {
        return out.isHeldUp(canBeHadAgain);
    }

    @Override
    boolean isOpen() {
        return ctx.channel().isActive();
    }

    @Override
    void flush() {
        out.flush();
        connection.writing();
    }

    /** Mostly the socket takes all at once, and the exchange is over; else it is when the last byte was written. */
    @Override
    void writeEnd(boolean bodiless) {
        if (chunked) {
            out.lastChunk();
        }
        out.flush();
        if (out.isFlushed()) {
            written();
        } else {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this);
            connection.writing();
        }
    }

    /** The last byte of the answer was written, or could not be. */
    @Override
    public void operationComplete(ChannelFuture written) {
        if (written.isSuccess()) {
            written();
        } else {
            clientGone();
            ctx.close();
        }
    }

    @Override
    void cut() {
        out.write();
        connection.cut(closeDelimited);
    }

    @Override
    void drop() {
        out.drop();
    }

    @Override
    void over() {
        connection.exchangeDone(this);
    }
}
