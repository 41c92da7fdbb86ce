package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Settings;

/** Counts the frames that cost the sender nothing: floods of them were a way to bring servers down (CVE-2019-9511 to 9518). */
final class CalmDecoder extends DecoratingHttp2ConnectionDecoder {

    /** Windows that grow by less make answers dribble. */
    private static final int DRIBBLE = 256;

    private final Calm calm;

    CalmDecoder(Http2ConnectionDecoder decoder, Calm calm) {
        super(decoder);
        this.calm = calm;
    }

    @Override
    public void frameListener(Http2FrameListener listener) {
        super.frameListener(new Counting(listener));
    }

    private final class Counting extends Http2FrameListenerDecorator {

        Counting(Http2FrameListener listener) {
            super(listener);
        }

        @Override
        public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
            calm.count(context);
            super.onPingRead(context, data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
            calm.count(context);
            super.onPingAckRead(context, data);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
            calm.count(context);
            super.onSettingsRead(context, settings);
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext context, int stream, int parent, short weight, boolean alone)
                throws Http2Exception {
            calm.count(context);
            super.onPriorityRead(context, stream, parent, weight, alone);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int increment) throws Http2Exception {
            if (increment < DRIBBLE) {
                calm.count(context);
            }
            super.onWindowUpdateRead(context, stream, increment);
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last)
                throws Http2Exception {
            if (!data.isReadable() && !last) {
                calm.count(context);
            }
            return super.onDataRead(context, stream, data, padding, last);
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext context, byte type, int stream, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            calm.count(context);
            super.onUnknownFrame(context, type, stream, flags, payload);
        }
    }
}
