package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection without TLS of which the first bytes tell whether it speaks HTTP/2 (RFC 9113 section 3.3) or HTTP/1. */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel cannot usefully fail
final class PrefaceReader extends ByteToMessageDecoder implements ClientConnection {

    private static final Logger LOG = LoggerFactory.getLogger(PrefaceReader.class);
    private static final long LAST_NANOS = 1_000_000_000L;

    private final NettyListener listener;
    private final ServerShared shared;
    private @Nullable Channel channel;
    private @Nullable ConnectionTimer timer;

    PrefaceReader(NettyListener listener, ServerShared shared) {
        this.listener = listener;
        this.shared = shared;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Channel added = context.channel();
        channel = added;
        timer = new ConnectionTimer(added.eventLoop(), added::close);
        timer.arm(shared.options().headTimeout());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
        try {
            int seen = Math.min(in.readableBytes(), preface.readableBytes());
            boolean http2 = in.slice(in.readerIndex(), seen).equals(preface.slice(0, seen));
            if (!http2 || seen == preface.readableBytes()) {
                timer().cancel();
                listener.begun(this, context, http2);
            }
        } finally {
            preface.release();
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        timer().cancel();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        timer().cancel();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a connection failed unexpectedly", cause);
        }
        context.close();
    }

    @Override
    public Channel channel() {
        return Objects.requireNonNull(channel, "not in a pipeline");
    }

    @Override
    public void drain() {
        // there is nothing to say it to yet
    }

    /** It was accepted, so its first request may be on its way. */
    @Override
    public void closeIfIdle() {
        timer().arm(LAST_NANOS);
    }

    @Override
    public void interrupt() {
        channel().close();
    }

    @Override
    public void close() {
        channel().close();
    }

    private ConnectionTimer timer() {
        return Objects.requireNonNull(timer, "not in a pipeline");
    }
}
