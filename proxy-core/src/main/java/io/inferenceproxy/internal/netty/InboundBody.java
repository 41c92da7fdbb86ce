package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.BufferAccount;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A body that a connection reads from its socket. What comes before anyone reads it is kept, up to a mark at which the
 * connection stops reading, at once while memory is short; from then on it flows as its sink takes it. What is kept is
 * counted.
 */
@SuppressWarnings("FutureReturnValueIgnored") // tasks for the loop report their own failures
final class InboundBody implements Body {

    private static final int KEEP_BYTES = 64 << 10;

    private final EventLoop loop;
    private final Source source;
    private final long length;
    private final BufferAccount buffers;
    private @Nullable ArrayDeque<ByteBuf> kept;
    private int keptBytes;
    private @Nullable BodySink sink;
    private @Nullable Throwable failure;
    private boolean complete;
    private boolean told;
    private boolean cancelled;
    private boolean paused;
    private boolean stopped;
    private boolean delivering;

    /** The connection that the body comes from. All calls are on its event loop. */
    interface Source {
        /** Someone begins to read. */
        void bodyWanted();

        /** More can, or cannot, be taken for now. */
        void bodyFlow(boolean wanted);

        /** Nobody wants the rest. */
        void bodyCancelled();

        /** Whether the socket is being read right now, so that the end of that will be told. */
        boolean isReading();
    }

    /** @param length how many bytes it will have; negative when only its end will tell */
    InboundBody(EventLoop loop, Source source, long length, BufferAccount buffers) {
        this.loop = loop;
        this.source = source;
        this.length = length;
        this.buffers = buffers;
    }

    /** A piece came; it is the body's now. */
    void arrived(ByteBuf piece) {
        if (cancelled || told || !piece.isReadable()) {
            piece.release();
            return;
        }
        if (sink != null && keptBytes == 0 && !paused) {
            sink.onChunk(new BufferChunk(piece));
            return;
        }
        if (kept == null) {
            kept = new ArrayDeque<>(2);
        }
        ByteBuf lasting = ReadBuffers.toKeep(piece);
        kept.add(lasting);
        keptBytes += lasting.readableBytes();
        buffers.reserve(lasting.readableBytes());
        if (keptBytes >= KEEP_BYTES || sink == null && buffers.isFull()) {
            stopped = true; // until someone reads it
            source.bodyFlow(false);
        }
    }

    /** For now nothing more comes. */
    void readComplete() {
        if (sink != null && !told && !cancelled) {
            sink.onReadComplete();
        }
    }

    /** The body is whole. */
    void completed() {
        complete = true;
        deliver();
    }

    /** The body breaks off. */
    void failed(Throwable cause) {
        if (!complete && failure == null) {
            failure = cause;
            deliver();
        }
    }

    /** Whether its end has come in from the socket. */
    boolean isComplete() {
        return complete;
    }

    /** Whether anyone has begun to read it. */
    boolean isBeingRead() {
        return sink != null;
    }

    /** Whether the reader asked for a pause. */
    boolean isPaused() {
        return paused;
    }

    /** Whether nobody wants it any more. */
    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public OptionalLong length() {
        return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    @Override
    public void read(BodySink reader) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> read(reader));
            return;
        }
        if (sink != null) {
            throw new IllegalStateException("the body is being read already");
        }
        sink = reader;
        if (cancelled) {
            return;
        }
        if (!complete && failure == null) {
            source.bodyWanted();
        }
        deliver();
        readByNow();
    }

    @Override
    public void pause() {
        if (!loop.inEventLoop()) {
            loop.execute(this::pause);
            return;
        }
        if (!paused && !told) {
            paused = true;
            flow(false);
        }
    }

    @Override
    public void resume() {
        if (!loop.inEventLoop()) {
            loop.execute(this::resume);
            return;
        }
        if (paused) {
            paused = false;
            deliver();
            if (!paused && !told && !cancelled) {
                flow(true);
            }
            readByNow();
        }
    }

    /** A body that is whole has no say any more: its connection may serve another exchange. */
    private void flow(boolean wanted) {
        if (!complete && failure == null) {
            source.bodyFlow(wanted);
        }
    }

    /** Tells the sink to flush what was handed over outside of a read of the socket. */
    private void readByNow() {
        if (!source.isReading()) {
            readComplete();
        }
    }

    @Override
    public void cancel() {
        if (!loop.inEventLoop()) {
            loop.execute(this::cancel);
            return;
        }
        if (cancelled) {
            return;
        }
        cancelled = true;
        releaseKept();
        if (!complete && failure == null) {
            source.bodyCancelled();
        }
    }

    /** Hands over what can be handed over; a sink may call back into this body while it is handed something. */
    private void deliver() {
        BodySink reader = sink;
        if (reader == null) {
            if (failure != null) {
                releaseKept();
            }
            return;
        }
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            ByteBuf piece;
            while (kept != null && !paused && !cancelled && (piece = kept.poll()) != null) {
                keptBytes -= piece.readableBytes();
                buffers.release(piece.readableBytes());
                reader.onChunk(new BufferChunk(piece));
            }
        } finally {
            delivering = false;
        }
        if (stopped && !paused && !cancelled) {
            stopped = false;
            flow(true);
        }
        if (told || cancelled) {
            return;
        }
        if (failure != null) {
            told = true;
            releaseKept();
            reader.onFailure(failure);
        } else if (complete && keptBytes == 0) {
            told = true;
            reader.onEnd();
        }
    }

    private void releaseKept() {
        if (kept != null) {
            kept.forEach(ByteBuf::release);
            kept = null;
            buffers.release(keptBytes);
        }
        keptBytes = 0;
    }
}
