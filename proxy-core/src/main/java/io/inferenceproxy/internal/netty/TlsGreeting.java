package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection whose handshake is under way; then what was agreed on takes its place. */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel cannot usefully fail
final class TlsGreeting extends ChannelInboundHandlerAdapter implements ClientConnection {

    private static final Logger LOG = LoggerFactory.getLogger(TlsGreeting.class);
    private static final long LAST_MILLIS = 1_000;

    private final NettyListener listener;
    private @Nullable ChannelHandlerContext ctx;

    TlsGreeting(NettyListener listener) {
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            return;
        }
        if (!handshake.isSuccess()) {
            failed(context, handshake.cause());
            return;
        }
        SslHandler tls = Objects.requireNonNull(context.pipeline().get(SslHandler.class), "no TLS in the pipeline");
        RenegotiationGuard.handshakeDone(context.pipeline(), tls.engine().getSession());
        listener.begun(this, context, ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(context, cause);
    }

    /** Strangers can bring it about at will, so it is no matter for the log of every day. */
    private static void failed(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a TLS handshake failed, peer {}: {}", context.channel().remoteAddress(), cause.getMessage());
        context.close();
    }

    @Override
    public Channel channel() {
        return Objects.requireNonNull(ctx, "not in a pipeline").channel();
    }

    @Override
    public void drain() {
        // there is nothing to say it to yet
    }

    /** It was accepted, so it may still have its first request, if it is quick. */
    @Override
    public void closeIfIdle() {
        Channel channel = channel();
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (channel.pipeline().context(this) != null) {
                                channel.close();
                            }
                        },
                        LAST_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void interrupt() {
        channel().close();
    }

    @Override
    public void close() {
        channel().close();
    }
}
