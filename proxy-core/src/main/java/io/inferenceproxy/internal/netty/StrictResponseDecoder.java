package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Netty's response decoder under {@link HeadGuard}, which also knows when the answer is to a HEAD request. */
final class StrictResponseDecoder extends HttpResponseDecoder {

    private static final int LARGEST_HEAD = 128 << 10;
    private static final int LARGEST_CHUNK = 64 << 10;

    private final HeadGuard guard = new HeadGuard(false);
    private final BooleanSupplier bodiless;
    private boolean inHead = true;

    /** @param bodiless whether the next final answer has no body whatever its head says (RFC 9112 section 6.3, rule 1) */
    StrictResponseDecoder(BooleanSupplier bodiless) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(LARGEST_HEAD)
                .setMaxHeaderSize(LARGEST_HEAD)
                .setMaxChunkSize(LARGEST_CHUNK));
        this.bodiless = bodiless;
    }

    /** Whether the first bytes of a head have come, but not its end. */
    boolean headBegun() {
        return inHead && (actualReadableBytes() > 0 || guard.begun());
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return bodiless.getAsBoolean() || super.isContentAlwaysEmpty(message);
    }

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
        } else if (guard.size() > LARGEST_HEAD) {
            message.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException("head too large")));
        }
    }
}
