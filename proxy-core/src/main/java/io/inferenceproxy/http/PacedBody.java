package io.inferenceproxy.http;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A body that is all here, handed out piece by piece for as long as its sink takes them. A socket copies what it is given
 * and cannot write at once, so whole bodies, given to many that read slowly, would be in memory as many times.
 *
 * <p>It is read once, while the body it stands for may be read again and again, by many at a time.
 */
public final class PacedBody implements Body {

    private static final int PIECE = 64 << 10;

    private final byte[] bytes;
    private final AtomicInteger asked = new AtomicInteger();
    private @Nullable BodySink sink;
    private int at;
    private volatile boolean paused;
    private volatile boolean over;

    private PacedBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The body in pieces, if it is larger than one and all here; else the body itself. */
    public static Body of(Body body) {
        return body instanceof BytesBody here && here.bytes().length > PIECE ? new PacedBody(here.bytes()) : body;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(bytes.length);
    }

    @Override
    public void read(BodySink reader) {
        sink = reader;
        flow();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            flow();
        }
    }

    @Override
    public void cancel() {
        over = true;
    }

    /** One thread at a time hands out, for all that ask meanwhile: a sink may call back while it is handed something. */
    private void flow() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        int answered = 1;
        do {
            handOut();
            answered = asked.addAndGet(-answered);
        } while (answered > 0);
    }

    private void handOut() {
        BodySink reader = sink;
        if (reader == null) {
            return;
        }
        boolean some = false;
        while (!paused && !over && at < bytes.length) {
            ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(PIECE, bytes.length - at))
                    .asReadOnlyBuffer();
            at += piece.remaining();
            some = true;
            reader.onChunk(new Part(piece));
        }
        if (over) {
            return;
        }
        if (at == bytes.length) {
            over = true;
            reader.onEnd();
        } else if (some) {
            reader.onReadComplete();
        }
    }

    /** A part of the array. */
    private record Part(ByteBuffer bytes) implements Chunk {
        @Override
        public int size() {
            return bytes.remaining();
        }

        @Override
        public void release() {
            // the array is there anyhow
        }
    }
}
