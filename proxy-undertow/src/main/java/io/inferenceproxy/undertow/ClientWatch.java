package io.inferenceproxy.undertow;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Sees a client leave while it waits for its answer, which Undertow by itself does not: it stops reading a connection once
 * the request is in.
 *
 * <p>For HTTP/1 without TLS. It reads beside Undertow's codec, so it begins only when the request is complete and nothing of
 * a next one has come; what then comes is handed back and ends the watch. Used on the I/O thread.
 */
final class ClientWatch implements ChannelListener<ConduitStreamSourceChannel> {

    private final HttpServerConnection connection;
    private final Runnable gone;
    private @Nullable ChannelListener<? super ConduitStreamSourceChannel> before;
    private boolean watching;

    private ClientWatch(HttpServerConnection connection, Runnable gone) {
        this.connection = connection;
        this.gone = gone;
    }

    /** A watch over the client of this exchange, where one is possible. */
    static @Nullable ClientWatch of(HttpServerExchange exchange, Runnable gone) {
        return exchange.getConnection() instanceof HttpServerConnection http && http.getSslSession() == null
                ? new ClientWatch(http, gone)
                : null;
    }

    /** Begins; the request is complete. */
    void start() {
        if (!watching && connection.getExtraBytes() == null && connection.isOpen()) {
            watching = true;
            ConduitStreamSourceChannel channel = connection.getChannel().getSourceChannel();
            before = channel.getReadListener();
            channel.setReadListener(this);
            connection.getOriginalSourceConduit().resumeReads();
        }
    }

    /** Ends; from here on the connection is Undertow's again. */
    void stop() {
        if (watching) {
            watching = false;
            connection.getOriginalSourceConduit().suspendReads();
            connection.getChannel().getSourceChannel().setReadListener(before);
        }
    }

    @Override
    public void handleEvent(ConduitStreamSourceChannel channel) {
        if (!watching) {
            channel.suspendReads();
            return;
        }
        PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
        boolean kept = false;
        try {
            int count = connection.getOriginalSourceConduit().read(pooled.getBuffer());
            if (count > 0) {
                stop();
                pooled.getBuffer().flip();
                kept = true;
                connection.ungetRequestBytes(pooled);
            } else if (count < 0) {
                stop();
                gone.run();
            }
        } catch (IOException reset) {
            stop();
            gone.run();
        } finally {
            if (!kept) {
                pooled.close();
            }
        }
    }
}
