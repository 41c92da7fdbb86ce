package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import io.inferenceproxy.http.PacedBody;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.inferenceproxy.internal.http1.ResponseHeads;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamFailure;
import io.inferenceproxy.upstream.UpstreamFailure.Kind;
import io.inferenceproxy.upstream.UpstreamRequest;
import io.inferenceproxy.upstream.UpstreamTimeouts;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an upstream: one exchange at a time, idle in between; whatever comes while it is idle ends it.
 *
 * <p>It is over 300 lines because request, answer and their failures share the one state of a connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows in the reads
final class UpstreamConnection extends ChannelInboundHandlerAdapter
        implements InboundBody.Source, DecodedMessages<ResponseHead> {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);
    private static final int MOST_INTERIM = 16;

    private final Channel channel;
    private final UpstreamAddress address;
    private final LoopPool pool;
    private final BufferAccount buffers;
    private final ResponseHeads heads = new ResponseHeads();
    private final MessageDecoder<ResponseHead> decoder;
    private final Outbound out;
    private final ConnectionTimer timer;
    private @Nullable UpstreamExchange exchange;
    private @Nullable Body requestBody;
    private @Nullable InboundBody responseBody;
    private @Nullable Duration responseStall;
    private boolean used;
    private boolean requestDone;
    private boolean heldUp;
    private boolean responseDone;
    private boolean keepAlive;
    private boolean endsWithConnection;
    private boolean reading;
    private int interim;
    private long progressNanos;
    private long idleNanos;

    UpstreamConnection(Channel channel, UpstreamAddress address, LoopPool pool, Codec codec, BufferAccount buffers) {
        this.channel = channel;
        this.address = address;
        this.pool = pool;
        this.buffers = buffers;
        this.decoder = codec.responses(heads);
        this.out = new Outbound(channel, buffers, this::drained);
        this.timer = new ConnectionTimer(channel.eventLoop(), this::expired);
    }

    UpstreamAddress address() {
        return address;
    }

    boolean isUsable() {
        return channel.isActive() && exchange == null;
    }

    void close() {
        channel.close();
    }

    /** Sends the request. */
    void start(UpstreamExchange started) {
        exchange = started;
        started.on(this);
        requestDone = false;
        heldUp = false;
        responseDone = false;
        keepAlive = false;
        endsWithConnection = false;
        interim = 0;
        responseBody = null;
        UpstreamRequest request = started.request();
        idleNanos = request.timeouts().idle().toNanos();
        heads.expectAnswerToHead(request.method().equals("HEAD"));
        readOnIf(true);
        started.call().trace().mark(Mark.UPSTREAM_SENT);
        progress();
        Body body = PacedBody.of(request.body());
        requestBody = body;
        long length = body.length().orElse(-1);
        try {
            out.head(head(request, length), length);
        } catch (RuntimeException | Error surprise) { // the fields may be a view of an embedder's own
            exchange = null;
            channel.close();
            started.surprised(surprise);
            return;
        }
        if (length == 0) {
            body.cancel();
            requestWritten();
            out.flush();
        } else {
            timer.arm(progressNanos, request.timeouts().stall().toNanos());
            body.read(new RequestSink(started, length));
        }
        if (!used) {
            body.settle(); // only on a kept connection is anything sent twice
        }
    }

    private static HeadWriter head(UpstreamRequest request, long length) {
        HeadWriter writer = HeadWriter.begin();
        writer.requestLine(request.method(), request.target());
        writer.fields(request.headers());
        if (length < 0) {
            writer.chunked();
        } else if (length > 0 || hasContent(request.method())) {
            writer.contentLength(length);
        }
        writer.end();
        return writer;
    }

    /** Methods whose requests have content, so that an empty one is announced (RFC 9110 section 8.6). */
    private static boolean hasContent(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    private void requestWritten() {
        requestDone = true;
        requestBody = null;
        UpstreamExchange current = exchange;
        if (current != null && responseBody == null) {
            progress();
            timer.arm(progressNanos, current.request().timeouts().firstByte().toNanos());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (wantsBytes()) {
                progress();
                reading = true;
                decoder.decode(in, this);
            }
            if (in.isReadable()) { // nobody asked for it
                keepAlive = false;
                if (exchange == null) {
                    channel.close();
                }
            }
        } finally {
            in.release();
        }
    }

    private boolean wantsBytes() {
        return exchange != null && !responseDone;
    }

    @Override
    public boolean wantsMessage() {
        return wantsBytes();
    }

    @Override
    public void head(ResponseHead head) {
        UpstreamExchange current = exchange;
        if (current == null) {
            return;
        }
        if (head.violation() != null) {
            failed(Kind.PROTOCOL_ERROR, "the answer's head: " + head.violation());
            return;
        }
        if (head.status() < 200) {
            interim(head.status());
            return;
        }
        keepAlive = head.keepAlive();
        endsWithConnection = !head.bodiless() && head.length() == ResponseHead.UNTIL_CLOSE;
        UpstreamRequest request = current.request();
        UpstreamTimeouts timeouts = request.timeouts();
        responseStall =
                isEventStream(head.headers()) ? timeouts.eventStreamStall().orElse(null) : timeouts.stall();
        InboundBody body = new InboundBody(channel.eventLoop(), this, head.length(), buffers);
        responseBody = body;
        if (head.bodiless()) {
            body.completed();
        }
        if (responseStall != null) {
            timer.arm(progressNanos, responseStall.toNanos());
        } else {
            timer.disarm();
        }
        request.body().settle();
        current.succeed(ProxyResponse.of(head.status(), head.headers(), body));
    }

    private static boolean isEventStream(Headers headers) {
        Optional<String> type = headers.first("Content-Type");
        return type.isPresent() && MediaType.parse(type.get()).isEventStream();
    }

    private void interim(int status) {
        if (status == 101 || ++interim > MOST_INTERIM) {
            failed(Kind.PROTOCOL_ERROR, "the answer is " + (status == 101 ? "101" : "more than 16 interim ones"));
        }
    }

    @Override
    public void content(ByteBuf piece) {
        InboundBody body = responseBody;
        if (body == null) {
            piece.release();
        } else {
            body.arrived(piece);
        }
    }

    /** Also that of an interim answer, which has no body here. */
    @Override
    public void end() {
        InboundBody body = responseBody;
        if (body != null) {
            responseDone = true;
            timer.disarm();
            body.completed();
        }
    }

    @Override
    public void broken() {
        if (exchange != null) {
            failed(Kind.PROTOCOL_ERROR, "the answer's body is not framed as HTTP says");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        if (responseBody != null && !responseDone) {
            responseBody.readComplete();
        }
        if (responseDone) {
            release();
        }
    }

    /** The answer is whole; only now, after all that was read together with it, is it clear that nothing follows. */
    private void release() {
        UpstreamExchange done = exchange;
        if (done == null) {
            return;
        }
        exchange = null;
        requestBody = null;
        responseBody = null;
        if (!requestDone) {
            done.request().body().cancel();
        }
        if (requestDone && keepAlive && !decoder.hasLeftover() && channel.isActive()) {
            used = true;
            readOnIf(true);
            timer.arm(progressNanos, idleNanos);
            pool.idle(this);
        } else {
            channel.close();
        }
    }

    /** Nobody waits for this exchange any more. */
    void cancelled(UpstreamExchange waiting) {
        if (waiting == exchange && !responseDone) {
            failed(Kind.CANCELLED, "cancelled");
        }
    }

    private void failed(Kind kind, String message) {
        UpstreamExchange current = exchange;
        InboundBody body = responseBody;
        exchange = null;
        requestBody = null;
        responseBody = null;
        timer.cancel();
        channel.close();
        if (current == null) {
            return;
        }
        if (!requestDone) {
            current.request().body().cancel();
        }
        if (body != null) {
            body.failed(new UpstreamFailure(kind, message));
        } else {
            current.fail(kind, message);
        }
    }

    private void expired() {
        UpstreamExchange current = exchange;
        if (current == null) {
            pool.forget(this);
            channel.close();
            return;
        }
        InboundBody body = responseBody;
        if (body != null) {
            if (responseStall != null && body.isPaused()) {
                timer.arm(responseStall);
            } else if (responseStall != null) {
                stalled(Kind.STALL_TIMEOUT, responseStall, "the answer stalled");
            }
        } else if (requestDone) {
            stalled(Kind.FIRST_BYTE_TIMEOUT, current.request().timeouts().firstByte(), "no answer in time");
        } else if (!heldUp) {
            timer.arm(current.request().timeouts().stall()); // the client is slow, and its connection sees to that
        } else {
            stalled(Kind.WRITE_TIMEOUT, current.request().timeouts().stall(), "the upstream stopped reading");
        }
    }

    private void stalled(Kind kind, Duration limit, String message) {
        long left = progressNanos + limit.toNanos() - now();
        if (left > 0) {
            timer.arm(left);
        } else {
            failed(kind, message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.forget(this);
        timer.cancel();
        decoder.close();
        out.drop();
        UpstreamExchange current = exchange;
        if (endsWithConnection && !responseDone) {
            end();
        }
        if (current == null || responseDone) {
            release();
            return;
        }
        boolean retry = used
                && responseBody == null // what the stage says may lag behind, where the call has a thread of its own
                && interim == 0
                && current.request().repeatable()
                && current.request().body().isRepeatable();
        if (retry && !current.isCancelled()) {
            exchange = null;
            if (requestBody != null) {
                requestBody.pause(); // until the next connection reads it again
                requestBody = null;
            }
            current.off();
            pool.connect(current);
        } else {
            failed(Kind.CONNECTION_TERMINATED, "the upstream closed the connection");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof CodecException)) {
            LOG.error("a connection to an upstream failed unexpectedly", cause);
        }
        if (responseBody != null) {
            failed(
                    Kind.CONNECTION_TERMINATED,
                    "the connection broke: " + cause.getClass().getSimpleName());
        } else {
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            drained();
        }
    }

    /** The upstream has taken enough for more to come. */
    private void drained() {
        Body body = requestBody;
        if (heldUp && body != null && exchange != null && !requestDone) {
            heldUp = false;
            progress();
            body.resume();
        }
    }

    @Override
    public void bodyWanted() {
        // it is on its way anyhow
    }

    @Override
    public void bodyFlow(boolean wanted) {
        progress();
        readOnIf(wanted);
    }

    private void readOnIf(boolean wanted) {
        ChannelConfig config = channel.config();
        if (config.isAutoRead() != wanted) {
            config.setAutoRead(wanted);
        }
    }

    @Override
    public boolean isReading() {
        return reading;
    }

    @Override
    public void bodyCancelled() {
        failed(Kind.CANCELLED, "the answer is not wanted any more");
    }

    private void progress() {
        progressNanos = now();
    }

    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }

    /** Writes the request's body as it comes. */
    private final class RequestSink implements BodySink {

        private final UpstreamExchange writing;
        private final boolean chunked;
        private long left;

        RequestSink(UpstreamExchange writing, long length) {
            this.writing = writing;
            this.chunked = length < 0;
            this.left = chunked ? Long.MAX_VALUE : length;
        }

        @Override
        public void onChunk(Chunk chunk) {
            if (channel.eventLoop().inEventLoop()) {
                write(chunk);
            } else {
                channel.eventLoop().execute(() -> write(chunk));
            }
        }

        @Override
        public void onReadComplete() {
            onLoop(out::flush);
        }

        @Override
        public void onEnd() {
            if (channel.eventLoop().inEventLoop()) {
                end();
            } else {
                channel.eventLoop().execute(this::end);
            }
        }

        /** The upstream must not take a part for the whole, so its connection ends here. */
        @Override
        public void onFailure(Throwable cause) {
            onLoop(() -> {
                if (exchange != writing) {
                    return;
                }
                boolean answered = responseBody != null;
                if (!answered) {
                    exchange = null;
                    timer.cancel();
                    channel.close();
                    writing.failRequest(cause);
                } else {
                    failed(Kind.REQUEST_BROKEN_OFF, "the request's body broke off");
                }
            });
        }

        private void write(Chunk chunk) {
            int size = chunk.size();
            if (exchange != writing || size == 0 || size > left || !channel.isActive()) {
                chunk.release();
                return;
            }
            if (chunked) {
                out.chunk(chunk);
            } else {
                left -= size;
                out.piece(chunk);
            }
            Body flowing = requestBody;
            if (flowing != null && out.isHeldUp(flowing instanceof PacedBody)) {
                heldUp = true;
                progress();
                flowing.pause();
                out.flush();
            }
        }

        private void end() {
            if (exchange != writing) {
                return;
            }
            if (!chunked && left > 0) {
                failed(Kind.REQUEST_BROKEN_OFF, "the request's body is shorter than it said");
                return;
            }
            if (chunked) {
                out.lastChunk();
            }
            requestWritten();
            out.flush();
        }

        private void onLoop(Runnable action) {
            if (channel.eventLoop().inEventLoop()) {
                action.run();
            } else {
                channel.eventLoop().execute(action);
            }
        }
    }
}
