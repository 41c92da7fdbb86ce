package io.inferenceproxy.internal.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/** Counts the streams that the client makes us reset (CVE-2025-8671), and keeps no larger table for it than for others. */
final class CalmEncoder extends DefaultHttp2ConnectionEncoder {

    /** What RFC 9113 section 6.5.2 begins with; a client could ask for gigabytes of memory here. */
    private static final long LARGEST_TABLE = 4_096;

    private final Calm calm;
    private @Nullable Http2LifecycleManager lifecycle;

    CalmEncoder(Http2Connection connection, Http2FrameWriter writer, Calm calm) {
        super(connection, writer);
        this.calm = calm;
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager manager) {
        super.lifecycleManager(manager);
        lifecycle = manager;
    }

    @Override
    public void remoteSettings(Http2Settings settings) throws Http2Exception {
        Long table = settings.headerTableSize();
        if (table != null && table > LARGEST_TABLE) {
            settings.headerTableSize(LARGEST_TABLE);
        }
        super.remoteSettings(settings);
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext context, int stream, long error, ChannelPromise promise) {
        ChannelFuture written = super.writeRstStream(context, stream, error, promise);
        if (isTheirFault(error) && lifecycle != null) {
            try {
                calm.count(context);
            } catch (Http2Exception tooMany) {
                lifecycle.onError(context, true, tooMany);
            }
        }
        return written;
    }

    private static boolean isTheirFault(long error) {
        return error != Http2Error.NO_ERROR.code()
                && error != Http2Error.CANCEL.code()
                && error != Http2Error.INTERNAL_ERROR.code();
    }
}
