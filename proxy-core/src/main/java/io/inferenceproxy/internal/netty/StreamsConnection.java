package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's connection that speaks HTTP/2: how long it may be idle, how it takes its leave. Its streams are on their own. */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel cannot usefully fail
final class StreamsConnection extends ChannelInboundHandlerAdapter implements ClientConnection {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsConnection.class);

    /** What all streams together may have on its way, so that one whose reader is slow does not stop the others. */
    private static final int WINDOW = 1 << 20;

    private static final long FAREWELL_NANOS = 1_000_000_000L;

    private final ServerShared shared;
    private final boolean secure;
    private final Optional<X509Certificate> clientCertificate;
    private final Http2FrameCodec codec;
    private final Set<StreamHandler> streams = new LinkedHashSet<>();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ConnectionTimer timer;
    private @Nullable ConnectionTimer headTimer;
    private boolean farewell;
    private boolean leaving;

    private StreamsConnection(ServerShared shared, boolean secure, Optional<X509Certificate> clientCertificate) {
        this.shared = shared;
        this.secure = secure;
        this.clientCertificate = clientCertificate;
        this.codec = StreamCodec.of(shared.options(), new Heads());
    }

    /** Takes over a connection on which HTTP/2 was agreed on, or which begins with it. */
    static StreamsConnection on(
            ChannelPipeline pipeline,
            ServerShared shared,
            boolean secure,
            Optional<X509Certificate> clientCertificate) {
        StreamsConnection connection = new StreamsConnection(shared, secure, clientCertificate);
        pipeline.addLast(connection.codec, new Http2MultiplexHandler(connection.new Streams()));
        return connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Http2Exception {
        ctx = context;
        timer = new ConnectionTimer(context.channel().eventLoop(), this::expired);
        timer.arm(shared.options().headTimeout());
        headTimer = new ConnectionTimer(context.channel().eventLoop(), this::headExpired);
        Http2Connection connection = codec.connection();
        connection
                .local()
                .flowController()
                .incrementWindowSize(
                        connection.connectionStream(),
                        WINDOW - connection.local().flowController().windowSize(connection.connectionStream()));
        context.flush();
        if (shared.isDraining()) {
            drain();
        }
    }

    /** What is about the connection as a whole the codec has seen to. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    void opened(StreamHandler stream) {
        streams.add(stream);
        timer().disarm();
    }

    void closed(StreamHandler stream) {
        streams.remove(stream);
        if (streams.isEmpty() && channel().isActive()) {
            if (leaving) {
                timer().arm(FAREWELL_NANOS / 10);
            } else {
                timer().arm(shared.options().keepAliveTimeout());
            }
        }
    }

    private void expired() {
        if (streams.isEmpty()) {
            goAway(0);
            context().close();
        }
    }

    /** Nothing else can come before the rest of the head, so all streams end. */
    private void headExpired() {
        goAway(0);
        close();
    }

    /** Says that no streams are wanted beyond so many more. */
    private void goAway(int more) {
        context().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(more));
    }

    /** Asks the client to go on elsewhere; what it sends meanwhile is served. */
    @Override
    public void drain() {
        if (!farewell) {
            farewell = true;
            goAway(Integer.MAX_VALUE);
        }
    }

    /** What the client sent before it was asked to leave may be on its way. */
    @Override
    public void closeIfIdle() {
        boolean known = farewell;
        drain();
        leaving = true;
        if (streams.isEmpty()) {
            timer().arm(known ? FAREWELL_NANOS / 10 : FAREWELL_NANOS);
        }
    }

    @Override
    public void retire() {
        farewell = true;
        leaving = true;
        goAway(0);
        if (streams.isEmpty()) {
            context().close();
        }
    }

    @Override
    public void interrupt() {
        if (streams.isEmpty()) {
            context().close();
        }
        new ArrayList<>(streams).forEach(StreamHandler::interrupt);
    }

    @Override
    public void close() {
        Tls.abruptly(context().pipeline().context(codec));
    }

    @Override
    public Channel channel() {
        return context().channel();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            close(); // the client has said its last word
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timer().cancel();
        headTimer().cancel();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2Exception) {
            return; // the codec has seen to it
        }
        if (!(cause instanceof IOException || cause.getCause() instanceof SSLException)) {
            LOG.error("a connection failed unexpectedly", cause);
        }
        close();
    }

    ServerShared shared() {
        return shared;
    }

    boolean isSecure() {
        return secure;
    }

    /** What the client proved to be in TLS. */
    Optional<X509Certificate> clientCertificate() {
        return clientCertificate;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx, "the connection is not in a pipeline");
    }

    private ConnectionTimer timer() {
        return Objects.requireNonNull(timer, "the connection is not in a pipeline");
    }

    private ConnectionTimer headTimer() {
        return Objects.requireNonNull(headTimer, "the connection is not in a pipeline");
    }

    /** Gives each head its time. */
    private final class Heads implements PartialHeads.Listener {
        @Override
        public void waiting() {
            headTimer().arm(shared.options().headTimeout());
        }

        @Override
        public void done() {
            headTimer().disarm();
        }
    }

    /** Sets up each stream. */
    private final class Streams extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
            stream.config().setWriteBufferWaterMark(new WriteBufferWaterMark(32 << 10, 128 << 10));
            stream.pipeline().addLast(new StreamHandler(StreamsConnection.this));
        }
    }
}
