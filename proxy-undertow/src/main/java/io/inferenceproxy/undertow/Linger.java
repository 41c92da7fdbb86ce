package io.inferenceproxy.undertow;

import io.inferenceproxy.time.Scheduler;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * Throws away what a client still sends after an answer that came before the end of its request, for a while, so that it can
 * read the answer before the connection closes (RFC 9112 section 9.6). Undertow's own way is to take the whole upload first.
 */
final class Linger {

    private static final long MOST_BYTES = 1 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final HttpServerExchange exchange;
    private final IoThread io;
    private final StreamSourceChannel channel;
    private Scheduler.@Nullable Scheduled end;
    private long taken;
    private boolean over;

    Linger(HttpServerExchange exchange, IoThread io, StreamSourceChannel channel) {
        this.exchange = exchange;
        this.io = io;
        this.channel = channel;
    }

    void begin() {
        end = io.schedule(LONGEST, this::close);
        channel.getReadSetter().set(readable -> discard());
        discard();
    }

    private void discard() {
        if (over) {
            return;
        }
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            int count = channel.read(buffer);
            taken += Math.max(0, count);
            if (count < 0 || taken > MOST_BYTES) {
                close();
            } else {
                channel.resumeReads();
            }
        } catch (IOException gone) {
            close();
        }
    }

    private void close() {
        if (over) {
            return;
        }
        over = true;
        if (end != null) {
            end.cancel();
        }
        channel.suspendReads();
        if (exchange.getConnection() instanceof HttpServerConnection) {
            IoUtils.safeClose(exchange.getConnection());
        } else {
            IoUtils.safeClose(channel);
        }
        exchange.endExchange();
    }
}
