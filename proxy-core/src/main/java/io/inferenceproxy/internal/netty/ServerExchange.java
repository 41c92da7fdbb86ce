package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.PacedBody;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.internal.http1.RequestHead;
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

    private final ServerConnection connection;
    private final ChannelHandlerContext ctx;
    private final RequestHead head;
    private final ProxyCall call;
    private final @Nullable InboundBody requestBody;
    private final Outbound out;
    private @Nullable Body responseBody;
    private boolean closing;
    private boolean chunked;
    private boolean closeDelimited;
    private boolean whole;
    private long left = Long.MAX_VALUE;

    ServerExchange(
            ServerConnection connection,
            ChannelHandlerContext ctx,
            RequestHead head,
            ProxyCall call,
            @Nullable InboundBody requestBody,
            Outbound out) {
        this.connection = connection;
        this.ctx = ctx;
        this.head = head;
        this.call = call;
        this.requestBody = requestBody;
        this.out = out;
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
        Body body = PacedBody.of(response.body());
        responseBody = body;
        out.head(head(response, length), bodiless ? 0 : length);
        if (requestBody != null && !requestComplete && !requestBody.isBeingRead()) {
            requestBody.cancel();
        }
        if (bodiless) {
            body.cancel();
            finish();
        } else {
            left = length >= 0 ? length : Long.MAX_VALUE;
            body.read(this);
        }
    }

    private HeadWriter head(ProxyResponse response, long length) {
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
        return writer;
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
            out.chunk(chunk);
        } else {
            out.piece(chunk);
        }
        Body flowing = responseBody;
        if (flowing != null && out.isHeldUp(flowing instanceof PacedBody)) {
            flowing.pause();
            out.flush();
            connection.writing();
        }
    }

    @Override
    public void onReadComplete() {
        if (whole) {
            return;
        }
        out.flush();
        connection.writing();
    }

    @Override
    public void onEnd() {
        if (left > 0 && left != Long.MAX_VALUE) {
            abort();
        } else {
            if (chunked) {
                out.lastChunk();
            }
            finish();
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
        out.drop();
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

    /** Mostly the socket takes all at once, and the exchange is over; else it is when the last byte was written. */
    private void finish() {
        whole = true;
        out.flush();
        if (out.isFlushed()) {
            written();
        } else {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this);
            connection.writing();
        }
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
        out.write();
        connection.cut(closeDelimited);
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

    private void written() {
        call.end(call.trace().isBrokenOff() ? CallEnd.BROKEN_OFF : CallEnd.COMPLETED);
        forgetRequest();
        connection.exchangeDone(this);
    }
}
