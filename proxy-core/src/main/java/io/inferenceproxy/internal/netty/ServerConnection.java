package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.BodyTimeout;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: requests in, one after the other, answers out in the same order.
 *
 * <p>It is over 300 lines because the life of a connection is one state machine: idle, head, exchange, lingering; splitting
 * it would only hide the transitions.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel cannot usefully fail
final class ServerConnection extends ChannelInboundHandlerAdapter
        implements ClientConnection, InboundBody.Source, DecodedMessages<RequestHead> {

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
    private static final int MOST_WAITING = 64 << 10;
    private static final long LINGER_BYTES = 1 << 20;
    private static final long LINGER_NANOS = 1_000_000_000L;

    private final ServerShared shared;
    private final MessageDecoder<RequestHead> decoder;
    private final boolean secure;
    private final Optional<X509Certificate> clientCertificate;
    private @Nullable ByteBuf waiting;
    private int counted;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Outbound out;
    private @Nullable ConnectionTimer timer;
    private @Nullable LoopScheduler scheduler;
    private @Nullable ServerExchange exchange;
    private @Nullable ProxyResponse deferred;
    private State state = State.FRESH;
    private boolean retired;
    private boolean reading;
    private boolean decoding;
    private long readNanos;
    private long lastBodyNanos;
    private long lastPending;
    private long lastProgressNanos;
    private long lingered;

    private enum State {
        /** Nothing has come yet. */
        FRESH,
        /** Between two requests. */
        IDLE,
        /** Some of a head has come. */
        HEAD,
        /** A request is being answered. */
        EXCHANGE,
        /** All is said; what still comes is thrown away, so that the client can read the answer. */
        LINGERING
    }

    /**
     * @param secure whether TLS stands before it in the pipeline
     * @param clientCertificate what the client proved to be in TLS
     */
    ServerConnection(ServerShared shared, boolean secure, Optional<X509Certificate> clientCertificate) {
        this.shared = shared;
        this.decoder = shared.decoder();
        this.secure = secure;
        this.clientCertificate = clientCertificate;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        timer = new ConnectionTimer(context.channel().eventLoop(), this::expired);
        scheduler = shared.scheduler(context.channel().eventLoop());
        out = new Outbound(context.channel(), shared.buffers(), this::drained);
        timer.arm(shared.options().headTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (state == State.LINGERING) {
            discard(in);
            return;
        }
        reading = true;
        ByteBuf before = waiting;
        if (before == null) {
            decode(in);
            if (waiting != null) {
                waiting = ReadBuffers.toKeep(waiting);
            }
        } else {
            decode(ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), before, in));
        }
        countWaiting();
        if (!hasRoom()) {
            readOnIf(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        ServerExchange current = exchange;
        if (current != null && deferred != null) {
            respondDeferred(current);
        } else if (current != null && current.requestBody() != null) {
            current.requestBody().readComplete();
        } else if (current == null && state != State.HEAD && state != State.LINGERING && decoder.headBegun()) {
            state = State.HEAD;
            timer().arm(shared.options().headTimeout());
        }
    }

    /** Takes what can be taken now; the rest waits, for it is of a request whose turn has not come. */
    private void decode(ByteBuf in) {
        readNanos = now();
        waiting = in;
        decoding = true;
        try {
            decoder.decode(in, this);
        } finally {
            decoding = false;
        }
        if (!in.isReadable() || state == State.LINGERING || !context().channel().isActive()) {
            releaseWaiting();
        }
        if (exchange == null && state == State.IDLE) {
            idle();
        }
    }

    @Override
    public boolean wantsMessage() {
        return exchange == null
                && state != State.LINGERING
                && context().channel().isActive();
    }

    @Override
    public void head(RequestHead head) {
        ChannelHandlerContext context = context();
        InetSocketAddress peer = (InetSocketAddress) context.channel().remoteAddress();
        if (peer == null) {
            leave(context); // the client was gone before its connection was taken in
            return;
        }
        InboundBody inbound = head.problem() != null || head.length() == 0
                ? null
                : new InboundBody(context.channel().eventLoop(), this, head.length(), shared.buffers());
        ProxyRequest request = new ProxyRequest(
                head.method(),
                head.target(),
                head.authority(),
                secure,
                head.http10() ? "1.0" : "1.1",
                peer,
                clientCertificate,
                head.headers(),
                inbound == null ? Body.empty() : inbound);
        begin(request, head, inbound);
    }

    private void begin(ProxyRequest request, RequestHead head, @Nullable InboundBody inbound) {
        state = State.EXCHANGE;
        ProxyCall call = shared.frontDoor().arrived(request, scheduler());
        ServerExchange begun = new ServerExchange(this, context(), head, call, inbound, out());
        exchange = begun;
        if (inbound == null) {
            timer().disarm();
        } else {
            lastBodyNanos = readNanos;
            timer().arm(readNanos, shared.options().bodyTimeout().toNanos());
        }
        shared.handle(
                call,
                head.problem(),
                context().channel().eventLoop(),
                (response, failure) -> answered(begun, response, failure));
    }

    private void answered(ServerExchange answering, @Nullable ProxyResponse response, @Nullable Throwable failure) {
        if (response != null && answering.isAnswered()) {
            response.body().cancel();
        } else if (response == null) {
            LOG.error(
                    "a call was left without an answer, request id {}",
                    answering.call().id(),
                    failure);
            leave(context());
        } else if (answering != exchange || !context().channel().isActive()) {
            response.body().cancel();
        } else if ((reading || decoding) && !answering.isRequestComplete()) {
            // The rest of the request may be in what is being read: then the connection can be kept.
            deferred = response;
        } else {
            respond(answering, response);
        }
    }

    private void respond(ServerExchange answering, ProxyResponse response) {
        answering.respond(response, retired || shared.isDraining());
    }

    private void respondDeferred(ServerExchange answering) {
        ProxyResponse response = deferred;
        if (response != null) {
            deferred = null;
            respond(answering, response);
        }
    }

    @Override
    public void content(ByteBuf piece) {
        ServerExchange current = exchange;
        if (current == null || current.requestBody() == null) {
            piece.release();
            return;
        }
        lastBodyNanos = readNanos;
        current.call().trace().requestBytes(piece.readableBytes());
        current.requestBody().arrived(piece);
    }

    @Override
    public void end() {
        ServerExchange current = exchange;
        if (current == null || current.requestBody() == null) {
            return;
        }
        readOnIf(hasRoom()); // so that a client that leaves is seen
        if (!current.isAnswered()) {
            timer().disarm();
        }
        current.requestBody().completed();
    }

    /** Nothing behind the body can be believed. */
    @Override
    public void broken() {
        ServerExchange current = exchange;
        if (current != null && current.requestBody() != null) {
            brokenBody(current, current.requestBody());
        }
    }

    /** Whether more of what comes too early may wait; while memory is short nothing more may. */
    private boolean hasRoom() {
        return waiting == null
                || decoding
                || waiting.readableBytes() < MOST_WAITING && !shared.buffers().isFull();
    }

    private void countWaiting() {
        int now = waiting == null ? 0 : waiting.readableBytes();
        if (now > counted) {
            shared.buffers().reserve(now - counted);
        } else if (now < counted) {
            shared.buffers().release(counted - now);
        }
        counted = now;
    }

    private void readOnIf(boolean wanted) {
        ChannelConfig config = context().channel().config();
        if (config.isAutoRead() != wanted) {
            config.setAutoRead(wanted);
        }
    }

    private void brokenBody(ServerExchange current, InboundBody body) {
        if (current.isAnswered()) {
            leave(context());
            return;
        }
        Problem problem = Problem.of(ProblemType.MALFORMED_REQUEST, "The framing of the body is not valid.");
        giveUp(current, body, new BodyBrokenOff("the framing of the request's body is not valid"), problem);
    }

    /** The body will never be whole: whoever reads it may answer; where nobody does at once, the problem is the answer. */
    private void giveUp(ServerExchange current, InboundBody body, RuntimeException cause, Problem problem) {
        body.failed(cause);
        if (exchange == current && !current.isAnswered() && deferred == null) {
            current.call().cancellation().cancel();
            if (!current.isAnswered()) {
                respond(current, problem.withClosing().toResponse(current.call()));
            }
        }
    }

    /** The exchange is over and its answer written: on to the next, or to the end. */
    void exchangeDone(ServerExchange done) {
        if (exchange != done) {
            return;
        }
        exchange = null;
        deferred = null;
        if (!done.isClosing() && !retired) {
            next();
        } else if (done.isRequestComplete() && isNothingLeft() && done.head().problem() == null) {
            leave(context());
        } else {
            linger();
        }
    }

    private void next() {
        state = State.IDLE;
        lastPending = 0;
        if (decoding) {
            return; // the walk over what was read goes on by itself
        }
        readOnIf(true); // before the walk, so as not to undo what a body in it asks for
        decode(waiting == null ? Unpooled.EMPTY_BUFFER : waiting);
        countWaiting();
        if (!hasRoom()) {
            readOnIf(false);
        }
        ServerExchange current = exchange;
        if (current != null && !reading) {
            respondDeferred(current);
        }
    }

    private void idle() {
        if (shared.isClosed()) {
            leave(context());
            return;
        }
        boolean begun = decoder.headBegun();
        state = begun ? State.HEAD : State.IDLE;
        timer().arm(begun ? shared.options().headTimeout() : shared.options().keepAliveTimeout());
    }

    private boolean isNothingLeft() {
        return waiting == null || !waiting.isReadable();
    }

    /** Says that nothing more will come from us, then reads what the client still sends, for a while (RFC 9112 9.6). */
    private void linger() {
        state = State.LINGERING;
        releaseWaiting();
        ChannelHandlerContext context = context();
        if (secure) {
            Tls.closeOutput(context.channel());
        } else if (context.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        timer().arm(LINGER_NANOS);
        context.channel().config().setAutoRead(true);
        context.read();
    }

    private void discard(ByteBuf unread) {
        lingered += unread.readableBytes();
        unread.release();
        if (lingered > LINGER_BYTES) {
            leave(context());
        }
    }

    /** Cuts the connection in the middle of an answer. */
    void cut(boolean reset) {
        if (reset) {
            reset();
        } else {
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Ends the connection so that nothing that was said can seem whole; TLS must not end in order either. */
    private void reset() {
        context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        Tls.abruptly(context());
    }

    /** Ends the connection; with TLS that takes a while where the client does not read, and nothing more is taken meanwhile. */
    private void leave(ChannelHandlerContext context) {
        state = State.LINGERING;
        context.close();
    }

    /** Something was written: from now on the client must take it. */
    void writing() {
        ChannelOutboundBuffer outbound = context().channel().unsafe().outboundBuffer();
        if (outbound != null && outbound.totalPendingWriteBytes() > 0 && lastPending == 0) {
            lastPending = outbound.totalPendingWriteBytes();
            lastProgressNanos = now();
            if (exchange != null) {
                checkStalls(exchange); // a body that is still coming may have the nearer deadline
            }
        }
    }

    /** The client has taken all that was written. */
    private void drained() {
        if (exchange != null) {
            exchange.writable();
        }
    }

    private void expired() {
        ServerExchange current = exchange;
        switch (state) {
            case FRESH, IDLE, LINGERING -> leave(context());
            case HEAD -> headTooSlow();
            case EXCHANGE -> {
                if (current != null) {
                    checkStalls(current);
                }
            }
        }
    }

    private void headTooSlow() {
        InetSocketAddress peer = (InetSocketAddress) context().channel().remoteAddress();
        if (peer == null) {
            leave(context()); // as when a request begins: the client was gone before its connection was taken in
            return;
        }
        ProxyRequest unread =
                new ProxyRequest("", RequestTarget.ROOT, "", secure, "1.1", peer, Headers.empty(), Body.empty());
        begin(unread, RequestHead.tooSlow(), null);
    }

    private void checkStalls(ServerExchange current) {
        long now = now();
        long wait = Long.MAX_VALUE;
        InboundBody body = current.requestBody();
        if (body != null && !body.isComplete() && context().channel().config().isAutoRead()) {
            long left = lastBodyNanos + shared.options().bodyTimeout().toNanos() - now;
            if (left <= 0) {
                bodyStalled(current, body);
                return;
            }
            wait = left;
        }
        ChannelOutboundBuffer outbound = context().channel().unsafe().outboundBuffer();
        long pending = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        if (pending > 0) {
            if (pending != lastPending) {
                lastProgressNanos = now;
            }
            long left = lastProgressNanos + shared.options().writeTimeout().toNanos() - now;
            if (left <= 0) {
                reset();
                return;
            }
            wait = Math.min(wait, left);
        }
        lastPending = pending;
        if (wait != Long.MAX_VALUE) {
            timer().arm(wait);
        }
    }

    private void bodyStalled(ServerExchange current, InboundBody body) {
        if (current.isAnswered()) {
            leave(context());
        } else {
            Problem problem = Problem.of(ProblemType.REQUEST_TIMEOUT, "The body of the request stalled.");
            giveUp(current, body, new BodyTimeout("the request's body stalled"), problem);
        }
    }

    @Override
    public void bodyWanted() {
        ServerExchange current = exchange;
        if (current != null && current.head().expectsContinue() && !current.isAnswered() && nothingCame(current)) {
            context().writeAndFlush(ServerShared.CONTINUE.duplicate());
        }
    }

    private static boolean nothingCame(ServerExchange current) {
        return current.call().trace().requestBytes() == 0;
    }

    @Override
    public void bodyFlow(boolean wanted) {
        if (state == State.EXCHANGE) {
            lastBodyNanos = now();
            readOnIf(wanted && hasRoom());
            if (wanted) {
                timer().arm(lastBodyNanos, shared.options().bodyTimeout().toNanos());
            }
        }
    }

    @Override
    public boolean isReading() {
        return reading;
    }

    @Override
    public void bodyCancelled() {
        // what still comes is thrown away; the answer will close the connection
        context().channel().config().setAutoRead(true);
    }

    @Override
    public void interrupt() {
        ServerExchange current = exchange;
        if (current == null) {
            leave(context());
        } else if (!current.call().tryInterrupt()) {
            current.abort();
        }
    }

    @Override
    public Channel channel() {
        return context().channel();
    }

    @Override
    public void close() {
        if (exchange == null) {
            leave(context());
        } else {
            cut(true); // not even an answer that ends with the connection may seem whole
        }
    }

    @Override
    public void drain() {
        // the next answer says so
    }

    @Override
    public void closeIfIdle() {
        if (state == State.IDLE && isNothingLeft()) {
            leave(context());
        } else if (state == State.FRESH) {
            timer().arm(LINGER_NANOS); // it was accepted, so its first request may be on its way
        }
    }

    /** A head that has not come as a whole is of a request that is not wanted either. */
    @Override
    public void retire() {
        retired = true;
        if (exchange == null && state != State.LINGERING) {
            leave(context());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable() && exchange != null) {
            exchange.writable();
        }
    }

    /** The client has ended its side of TLS, which is as good as leaving. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            leave(context);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer().cancel();
        decoder.close();
        releaseWaiting();
        out().drop();
        ServerExchange current = exchange;
        exchange = null;
        if (deferred != null) {
            deferred.body().cancel();
            deferred = null;
        }
        if (current != null) {
            current.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException || cause.getCause() instanceof SSLException)) {
            LOG.error("a connection failed unexpectedly", cause);
        }
        leave(context);
    }

    byte[] dateLine() {
        return shared.dateLine();
    }

    private void releaseWaiting() {
        if (waiting != null && !decoding) {
            waiting.release();
            waiting = null;
            countWaiting();
        }
    }

    private long now() {
        return context().channel().eventLoop().ticker().nanoTime();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx, "the connection is not in a pipeline");
    }

    private Outbound out() {
        return Objects.requireNonNull(out, "the connection is not in a pipeline");
    }

    private ConnectionTimer timer() {
        return Objects.requireNonNull(timer, "the connection is not in a pipeline");
    }

    private LoopScheduler scheduler() {
        return Objects.requireNonNull(scheduler, "the connection is not in a pipeline");
    }
}
