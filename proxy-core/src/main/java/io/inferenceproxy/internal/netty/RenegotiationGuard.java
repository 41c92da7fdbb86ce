package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLSession;

/**
 * Closes connections that negotiate anew, which costs a server more than a client and which TLS 1.3 no longer knows. It sees
 * the bytes before they are decrypted: the kind of a record stands in front of it in the clear. With TLS 1.3 it goes away.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing a channel cannot usefully fail
final class RenegotiationGuard extends ChannelInboundHandlerAdapter {

    private static final int HANDSHAKE = 22;
    private static final int HEADER = 5;

    private boolean handshakeDone;
    private int headerRead;
    private int length;
    private int left;

    /** The first handshake is done: no other may follow. */
    static void handshakeDone(ChannelPipeline pipeline, SSLSession session) {
        RenegotiationGuard guard = pipeline.get(RenegotiationGuard.class);
        if (guard == null) {
            return;
        }
        if (session.getProtocol().equals("TLSv1.2")) {
            guard.handshakeDone = true;
        } else {
            pipeline.remove(guard);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes && isRefused(bytes)) {
            ReferenceCountUtil.release(message);
            context.close();
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Walks over the records; one may come in pieces, and so may its header. */
    private boolean isRefused(ByteBuf bytes) {
        boolean allowed = !handshakeDone;
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (left > 0) {
                int step = Math.min(left, bytes.writerIndex() - at);
                left -= step;
                at += step;
                continue;
            }
            int octet = bytes.getUnsignedByte(at++);
            if (headerRead == 0 && octet == HANDSHAKE && !allowed) {
                return true;
            }
            headerRead++;
            if (headerRead == HEADER - 1) {
                length = octet << 8;
            } else if (headerRead == HEADER) {
                left = length | octet;
                headerRead = 0;
            }
        }
        return false;
    }
}
