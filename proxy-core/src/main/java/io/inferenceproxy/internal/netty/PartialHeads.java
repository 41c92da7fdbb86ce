package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Reads frames, and says when the head of a stream has begun to come and when it is whole: the codec tells of whole heads alone,
 * and a client that never finishes one would hold its connection for ever.
 */
final class PartialHeads implements Http2FrameReader {

    private static final int FRAME_HEAD = 9;
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;

    private final Http2FrameReader reader;
    private final Listener listener;
    private boolean inFrame;
    private int length;
    private byte type;
    private short flags;
    private boolean unfinished;
    private boolean told;

    /** The connection has failed; from then on the reader skips what comes. */
    private boolean over;

    /** Learns what has come of heads, after all that was there to be read. */
    interface Listener {

        /** A head has come in part; the rest is waited for from now on. */
        void waiting();

        /** It is whole. */
        void done();
    }

    PartialHeads(Http2FrameReader reader, Listener listener) {
        this.reader = reader;
        this.listener = listener;
    }

    @Override
    public void readFrame(ChannelHandlerContext context, ByteBuf in, Http2FrameListener frames) throws Http2Exception {
        int from = in.readerIndex();
        boolean goesOn = false;
        try {
            reader.readFrame(context, in, frames);
            goesOn = !over;
        } catch (Http2Exception failure) {
            goesOn = !over && Http2Exception.isStreamError(failure);
            throw failure;
        } finally {
            over = !goesOn;
            if (goesOn && in.refCnt() > 0) {
                tell(follow(in, from, in.readerIndex()));
            }
        }
    }

    /**
     * Follows the reader through what it has read: the nine bytes before a frame at once, and its payload at once.
     *
     * @return whether a head began in there
     */
    private boolean follow(ByteBuf in, int from, int to) {
        boolean begun = false;
        int at = from;
        while (at < to) {
            if (!inFrame) {
                length = in.getUnsignedMedium(at);
                type = in.getByte(at + TYPE_AT);
                flags = in.getUnsignedByte(at + FLAGS_AT);
                at += FRAME_HEAD;
                inFrame = true;
                begun |= type == Http2FrameTypes.HEADERS;
            }
            if (to - at < length) {
                return begun;
            }
            at += length;
            inFrame = false;
            unfinished = isOfHead() && (flags & Http2Flags.END_HEADERS) == 0;
        }
        return begun;
    }

    private void tell(boolean begun) {
        boolean partial = unfinished || inFrame && isOfHead();
        if (partial && (begun || !told)) {
            told = true;
            listener.waiting();
        } else if (!partial && told) {
            told = false;
            listener.done();
        }
    }

    private boolean isOfHead() {
        return type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }
}
