package io.inferenceproxy.internal.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;

/**
 * Counts what a client of HTTP/2 does that makes work and asks for nothing. A client with too much of it in a while is not
 * served any more.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel cannot usefully fail
final class Calm {

    private static final int MOST = 400;
    private static final long WHILE_NANOS = 10_000_000_000L;
    private static final long LAST_WORDS_MILLIS = 1_000;

    private long since;
    private int count;

    /** Once more. */
    void count(ChannelHandlerContext context) throws Http2Exception {
        long now = context.channel().eventLoop().ticker().nanoTime();
        if (count == 0 || now - since > WHILE_NANOS) {
            since = now;
            count = 0;
        }
        if (++count > MOST) {
            // Whoever does not read does not take the goodbye either.
            context.channel()
                    .eventLoop()
                    .schedule(() -> Tls.abruptly(context), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "more than %d frames that ask for nothing", MOST);
        }
    }
}
