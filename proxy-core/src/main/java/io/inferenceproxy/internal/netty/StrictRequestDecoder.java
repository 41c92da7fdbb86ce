package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.List;

/** Netty's request decoder under {@link HeadGuard}: what that objects to becomes a failed decoder result. */
final class StrictRequestDecoder extends HttpRequestDecoder {

    private static final int LARGEST_CHUNK = 64 << 10;

    private final HeadGuard guard = new HeadGuard(true);
    private final int maxHead;
    private boolean inHead = true;

    StrictRequestDecoder(int maxHead) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHead)
                .setMaxHeaderSize(maxHead)
                .setMaxChunkSize(LARGEST_CHUNK));
        this.maxHead = maxHead;
    }

    /** Whether the first bytes of a head have come, but not its end. */
    boolean headBegun() {
        return inHead && (guard.begun() || actualReadableBytes() > 0); // a line is consumed once it is whole
    }

    /** Netty ends one call of this method with the head, so head and body never share one. */
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        int before = out.size();
        int from = buffer.readerIndex();
        boolean head = inHead;
        super.decode(ctx, buffer, out);
        if (head) {
            guard.consumed(buffer, from, buffer.readerIndex());
        }
        if (out.size() == before) {
            return;
        }
        if (head && out.get(before) instanceof HttpMessage message) {
            judge(message);
            guard.reset();
            inHead = false;
        }
        if (out.get(out.size() - 1) instanceof LastHttpContent) {
            inHead = true;
        }
    }

    private void judge(HttpMessage message) {
        if (message.decoderResult().isFailure()) {
            return;
        }
        String violation = guard.violation();
        if (violation != null) {
            message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(violation)));
        } else if (guard.size() > maxHead) {
            message.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException("head too large")));
        }
    }
}
