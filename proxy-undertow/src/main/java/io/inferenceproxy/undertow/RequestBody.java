package io.inferenceproxy.undertow;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.BodyTimeout;
import io.inferenceproxy.http.Chunk;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSourceChannel;

/**
 * The body of a request, read from Undertow's channel as its sink takes it, on the I/O thread.
 *
 * <p>Nothing is read before someone wants it: until then the client waits, or is told {@code 100 Continue} first. A body
 * that ends too early, or stalls, fails; it never looks whole.
 */
final class RequestBody implements Body {

    private static final int READS_AT_ONCE = 4;

    private final HttpServerExchange exchange;
    private final IoThread io;
    private final OptionalLong length;
    private final Source source;
    private final StallTimer stall;
    private @Nullable StreamSourceChannel channel;
    private @Nullable BodySink sink;
    private volatile boolean paused;
    private boolean reading;
    private boolean over;
    private boolean complete;

    /** Who must know how the body goes; called on the I/O thread. */
    interface Source {
        /** So many bytes have come. */
        void bodyBytes(int count);

        /** All of it has come. */
        void bodyComplete();

        /** The rest cannot come any more. */
        void bodyLost(IOException cause);
    }

    RequestBody(HttpServerExchange exchange, IoThread io, OptionalLong length, Source source, Duration patience) {
        this.exchange = exchange;
        this.io = io;
        this.length = length;
        this.source = source;
        this.stall = new StallTimer(io, patience, () -> failed(new BodyTimeout("the request's body stalled")));
    }

    /** Whether its end has come in. */
    boolean isComplete() {
        return complete;
    }

    /** The body breaks off. */
    void failed(Throwable cause) {
        if (!over) {
            stop();
            if (sink != null) {
                sink.onFailure(cause);
            }
        }
    }

    /** Takes what has come already of a body that nobody wants, so that the connection can be kept when that is all. */
    void skim() {
        if (sink == null && !HttpContinue.requiresContinueResponse(exchange)) {
            over = true;
            try {
                drain(channel());
            } catch (IOException lost) {
                complete = false; // the answer will find out by itself
            }
        }
    }

    /** The channel, for whoever throws the rest away. */
    StreamSourceChannel channel() {
        StreamSourceChannel opened = channel;
        if (opened == null) {
            opened = exchange.getRequestChannel();
            if (opened == null) {
                throw new IllegalStateException("the request channel was taken by another handler");
            }
            channel = opened;
        }
        return opened;
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public void read(BodySink reader) {
        if (!io.isCurrentThread()) {
            io.execute(() -> read(reader));
            return;
        }
        if (sink != null) {
            throw new IllegalStateException("the body is being read already");
        }
        sink = reader;
        if (over) {
            return;
        }
        if (HttpContinue.requiresContinueResponse(exchange)) {
            HttpContinue.sendContinueResponse(exchange, new Continued());
        } else {
            begin();
        }
    }

    @Override
    public void pause() {
        paused = true; // seen before the next piece is read, whatever thread asks
    }

    @Override
    public void resume() {
        if (!io.isCurrentThread()) {
            io.execute(this::resume);
        } else if (paused) {
            paused = false;
            if (channel != null) {
                flow();
            }
        }
    }

    @Override
    public void cancel() {
        if (!io.isCurrentThread()) {
            io.execute(this::cancel);
        } else if (!over) {
            stop();
        }
    }

    private void begin() {
        channel().getReadSetter().set(readable -> flow());
        flow();
    }

    /** Reads and hands over, a few pieces at a time; a sink may call back into this body while it is handed something. */
    private void flow() {
        BodySink reader = sink;
        if (reading || over || reader == null) {
            return;
        }
        reading = true;
        try {
            int left = READS_AT_ONCE;
            while (!paused && !over && left-- > 0 && piece(reader)) {
                stall.progress();
            }
            if (over) {
                return;
            }
            reader.onReadComplete();
            if (over) {
                return;
            }
            if (paused) {
                channel().suspendReads();
                stall.rest();
            } else {
                channel().resumeReads();
                stall.progress();
            }
        } catch (IOException lost) {
            lost(lost);
        } finally {
            reading = false;
        }
    }

    /** Hands over one piece; false when none has come, or it was the end. */
    private boolean piece(BodySink reader) throws IOException {
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            int count = channel().read(buffer);
            if (count < 0) {
                stop();
                complete = true;
                source.bodyComplete();
                reader.onEnd();
                return false;
            }
            if (count == 0) {
                return false;
            }
            byte[] bytes = new byte[count];
            buffer.flip().get(bytes);
            source.bodyBytes(count);
            reader.onChunk(Chunk.of(bytes));
            return true;
        }
    }

    private void drain(StreamSourceChannel rest) throws IOException {
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            for (int reads = 0; reads < READS_AT_ONCE && !complete; reads++) {
                buffer.clear();
                int count = rest.read(buffer);
                if (count == 0) {
                    return;
                }
                complete = count < 0;
            }
        }
    }

    private void lost(IOException cause) {
        failed(new BodyBrokenOff("the request's body broke off"));
        source.bodyLost(cause);
    }

    private void stop() {
        over = true;
        stall.cancel();
        if (channel != null) {
            channel.suspendReads();
        }
    }

    /** After {@code 100 Continue}. */
    private final class Continued implements IoCallback {
        @Override
        public void onComplete(HttpServerExchange continued, Sender sender) {
            begin();
        }

        @Override
        public void onException(HttpServerExchange failing, Sender sender, IOException cause) {
            lost(cause);
        }
    }
}
