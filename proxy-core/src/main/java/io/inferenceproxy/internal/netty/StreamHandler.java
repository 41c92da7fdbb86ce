package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyTimeout;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.internal.http1.FieldBlock;
import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of a client's connection: one request in, one answer out. The window of the stream is given back as its body is
 * taken, so that a client never has more on its way than is taken soon.
 *
 * <p>It is over 300 lines because request, answer and their failures share the one state of a stream.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the stream, which ends the exchange
final class StreamHandler extends ChannelInboundHandlerAdapter implements InboundBody.Source {

    private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);
    private static final long LINGER_BYTES = 1 << 20;
    private static final long LINGER_NANOS = 1_000_000_000L;

    private final StreamsConnection connection;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ConnectionTimer timer;
    private @Nullable StreamExchange exchange;
    private boolean requestEnded;
    private boolean expectsContinue;
    private boolean wanted = true;
    private boolean reading;
    private boolean lingering;
    private int owed;
    private long lingered;
    private long lastBodyNanos;
    private long lastProgressNanos;
    private boolean watchingWrites;

    StreamHandler(StreamsConnection connection) {
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        timer = new ConnectionTimer(context.channel().eventLoop(), this::expired);
        connection.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        if (message instanceof Http2DataFrame data) {
            data(data);
        } else if (message instanceof Http2HeadersFrame head && exchange == null) {
            requestEnded = head.isEndStream();
            head(context, head.headers());
        } else if (message instanceof Http2HeadersFrame trailers && trailers.isEndStream()) {
            end(); // what they say is nobody's
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext context, Http2Headers head) {
        InetSocketAddress peer = (InetSocketAddress) context.channel().parent().remoteAddress();
        Optional<RequestHead> read = peer == null ? Optional.empty() : read(head);
        if (peer == null || read.isEmpty()) {
            LOG.debug("a malformed head of a stream, peer {}", peer);
            reset(Http2Error.PROTOCOL_ERROR);
            return;
        }
        begin(context.channel(), read.get(), peer);
    }

    private Optional<RequestHead> read(Http2Headers head) {
        if (head instanceof StreamHeads.Bounded bounded && bounded.isTooLong()) {
            return Optional.of(RequestHead.tooLong(false));
        }
        FieldBlock block = new FieldBlock();
        int pseudo = 0;
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            CharSequence name = field.getKey();
            if (name.length() > 0 && name.charAt(0) == ':') {
                pseudo++;
            } else if (!block.add(name, field.getValue())) {
                return Optional.empty();
            }
        }
        if (pseudo != different(head.method(), head.scheme(), head.authority(), head.path())) {
            return Optional.empty(); // one of them twice, or one that is not of requests
        }
        if (head.method() == null || !isHttp(head)) {
            return Optional.empty();
        }
        return RequestHead.ofStream(
                text(head.method()), text(head.path()), text(head.authority()), block, requestEnded);
    }

    private static int different(@Nullable CharSequence... values) {
        int given = 0;
        for (CharSequence value : values) {
            given += value == null ? 0 : 1;
        }
        return given;
    }

    private static boolean isHttp(Http2Headers head) {
        String scheme = text(head.scheme());
        return scheme.equalsIgnoreCase("http")
                || scheme.equalsIgnoreCase("https")
                || text(head.method()).equals("CONNECT");
    }

    private static String text(@Nullable CharSequence text) {
        return text == null ? "" : text.toString();
    }

    private void begin(Channel channel, RequestHead head, InetSocketAddress peer) {
        InboundBody body = head.problem() != null || requestEnded || head.length() == 0
                ? null
                : new InboundBody(channel.eventLoop(), this, head.length(), shared().buffers());
        ProxyRequest request = new ProxyRequest(
                head.method(),
                head.target(),
                head.authority(),
                connection.isSecure(),
                "2",
                peer,
                connection.clientCertificate(),
                head.headers(),
                body == null ? Body.empty() : body);
        ProxyCall call = shared().frontDoor().arrived(request, shared().scheduler(channel.eventLoop()));
        StreamExchange begun = new StreamExchange(this, channel, call, body);
        exchange = begun;
        expectsContinue = head.expectsContinue();
        if (body != null) {
            lastBodyNanos = now();
            timer().arm(lastBodyNanos, shared().options().bodyTimeout().toNanos());
        }
        shared().handle(
                        call,
                        head.problem(),
                        channel.eventLoop(),
                        (response, failure) -> answered(begun, response, failure));
    }

    private void answered(StreamExchange answering, @Nullable ProxyResponse response, @Nullable Throwable failure) {
        if (response == null) {
            LOG.error(
                    "a call was left without an answer, request id {}",
                    answering.call().id(),
                    failure);
            reset(Http2Error.INTERNAL_ERROR);
        } else if (answering.isAnswered() || !answering.isOpen()) {
            response.body().cancel();
        } else {
            answering.respond(response);
        }
    }

    private void data(Http2DataFrame data) {
        StreamExchange current = exchange;
        InboundBody body = current == null ? null : current.requestBody();
        boolean last = data.isEndStream();
        int size = data.content().readableBytes();
        owed += data.initialFlowControlledBytes();
        if (current == null || body == null || body.isCancelled() || lingering) {
            data.release();
            discarded(size);
        } else {
            lastBodyNanos = now();
            current.call().trace().requestBytes(size);
            body.arrived(data.content());
        }
        if (last) {
            end();
        } else if (wanted) {
            giveBack();
        }
    }

    /** What is not wanted is thrown away for a while, so that a client that only writes can read the answer. */
    private void discarded(int size) {
        lingered += size;
        if (lingered > LINGER_BYTES) {
            reset(Http2Error.NO_ERROR);
        }
    }

    private void end() {
        requestEnded = true;
        StreamExchange current = exchange;
        if (current != null && current.requestBody() != null) {
            if (current.pending() == 0) {
                timer().disarm();
            }
            current.requestBody().completed();
        }
    }

    /** Lets the client send as much again as was taken. */
    private void giveBack() {
        if (owed > 0 && context().channel().isActive()) {
            int taken = owed;
            owed = 0;
            context().writeAndFlush(new DefaultHttp2WindowUpdateFrame(taken));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        StreamExchange current = exchange;
        if (current != null && current.requestBody() != null) {
            current.requestBody().readComplete();
        }
    }

    @Override
    public void bodyWanted() {
        StreamExchange current = exchange;
        if (expectsContinue
                && current != null
                && !current.isAnswered()
                && current.call().trace().requestBytes() == 0) {
            Http2Headers interim = new DefaultHttp2Headers(false).status("100");
            context().writeAndFlush(new DefaultHttp2HeadersFrame(interim));
        }
    }

    @Override
    public void bodyFlow(boolean more) {
        wanted = more;
        lastBodyNanos = now();
        if (more) {
            giveBack();
            timer().arm(lastBodyNanos, shared().options().bodyTimeout().toNanos());
        }
    }

    @Override
    public void bodyCancelled() {
        wanted = true; // what still comes is thrown away
        giveBack();
    }

    @Override
    public boolean isReading() {
        return reading;
    }

    /** Something was written: from now on the client must take it. */
    void writing() {
        StreamExchange current = exchange;
        if (current != null && current.pending() > 0 && !watchingWrites) {
            watchingWrites = true;
            progress();
            checkStalls(current);
        }
    }

    /** The client has taken something. */
    void progress() {
        lastProgressNanos = now();
    }

    private void expired() {
        StreamExchange current = exchange;
        if (lingering) {
            reset(Http2Error.NO_ERROR);
        } else if (current != null) {
            checkStalls(current);
        }
    }

    private void checkStalls(StreamExchange current) {
        long now = now();
        long wait = Long.MAX_VALUE;
        InboundBody body = current.requestBody();
        if (body != null && !body.isComplete() && wanted) {
            long left = lastBodyNanos + shared().options().bodyTimeout().toNanos() - now;
            if (left <= 0) {
                bodyStalled(current, body);
                return;
            }
            wait = left;
        }
        watchingWrites = current.pending() > 0;
        if (watchingWrites) {
            long left = lastProgressNanos + shared().options().writeTimeout().toNanos() - now;
            if (left <= 0) {
                reset(Http2Error.CANCEL);
                return;
            }
            wait = Math.min(wait, left);
        }
        if (wait != Long.MAX_VALUE) {
            timer().arm(wait);
        }
    }

    private void bodyStalled(StreamExchange current, InboundBody body) {
        if (current.isAnswered()) {
            reset(Http2Error.CANCEL);
            return;
        }
        body.failed(new BodyTimeout("the request's body stalled"));
        if (!current.isAnswered()) {
            current.call().cancellation().cancel();
            if (!current.isAnswered()) {
                current.respond(Problem.of(ProblemType.REQUEST_TIMEOUT, "The body of the request stalled.")
                        .withClosing()
                        .toResponse(current.call()));
            }
        }
    }

    /** The answer is written. A client that still sends is heard for a while, since what is cut off could take the answer along. */
    void exchangeDone() {
        if (requestEnded) {
            timer().disarm();
        } else {
            lingering = true;
            wanted = true;
            giveBack();
            timer().arm(LINGER_NANOS);
        }
    }

    /** The time to drain is over. */
    void interrupt() {
        StreamExchange current = exchange;
        if (current != null && !current.call().tryInterrupt()) {
            current.abort();
        }
    }

    private void reset(Http2Error error) {
        context().writeAndFlush(new DefaultHttp2ResetFrame(error));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable() && exchange != null) {
            exchange.writable();
        }
    }

    /** The stream has ended, by the client's word or ours; mostly its exchange has too. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer().cancel();
        connection.closed(this);
        StreamExchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof Http2Exception)) {
            LOG.error("a stream failed unexpectedly", cause);
            reset(Http2Error.INTERNAL_ERROR);
        }
    }

    ServerShared shared() {
        return connection.shared();
    }

    private long now() {
        return context().channel().eventLoop().ticker().nanoTime();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx, "the stream is not in a pipeline");
    }

    private ConnectionTimer timer() {
        return Objects.requireNonNull(timer, "the stream is not in a pipeline");
    }
}
