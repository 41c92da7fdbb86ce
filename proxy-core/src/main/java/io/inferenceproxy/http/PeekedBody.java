package io.inferenceproxy.http;

import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A body that passes on as it comes, whose beginning is kept until it is clear that nobody needs it again: it is repeatable
 * while all that came of it is kept.
 *
 * <ol>
 *   <li>Up to {@value #MOST} bytes are kept, as far as an account has room for them. With a byte more, or with
 *       {@link #settle()}, the body is one like others, and what was kept is given back.
 *   <li>A second reader gets what was kept, then what is still to come; the first gets nothing more that counts. Between the
 *       two the body should be paused.
 * </ol>
 *
 * <p>A lock holds the two together, for a body may come on another thread than the one that reads it again. Only bodies of
 * {@code repeatable} routes pass here.
 */
public final class PeekedBody implements Body {

    private static final int MOST = 64 << 10;
    private static final int FIRST = 4 << 10;
    private static final byte[] NOTHING = {};

    private final Body body;
    private final BufferAccount account;
    private final BodySink tap = new Tap();
    private @Nullable BodySink sink;
    private @Nullable Throwable failure;
    private byte[] kept = NOTHING;
    private int size;
    private boolean keeping = true;
    private boolean ended;

    private PeekedBody(Body body, BufferAccount account) {
        this.body = body;
        this.account = account;
    }

    /** The body with its beginning kept, if it is not repeatable itself. */
    public static Body of(Body body, BufferAccount account) {
        return body.isRepeatable() ? body : new PeekedBody(body, account);
    }

    @Override
    public OptionalLong length() {
        return body.length();
    }

    @Override
    public synchronized boolean isRepeatable() {
        return keeping;
    }

    @Override
    public synchronized void read(BodySink reader) {
        boolean first = sink == null;
        if (!first && !keeping) {
            throw new IllegalStateException("the body is being read already, and its beginning is gone");
        }
        sink = reader;
        if (first) {
            body.read(tap);
            return;
        }
        if (size > 0) {
            reader.onChunk(Chunk.of(Arrays.copyOf(kept, size)));
        }
        if (failure != null) {
            reader.onFailure(failure);
        } else if (ended) {
            reader.onEnd();
        } else {
            reader.onReadComplete();
            body.resume();
        }
    }

    @Override
    public void pause() {
        body.pause();
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void cancel() {
        settle();
        body.cancel();
    }

    @Override
    public synchronized void settle() {
        keeping = false;
        if (kept.length > 0) {
            account.release(kept.length);
            kept = NOTHING;
            size = 0;
        }
    }

    private void keep(Chunk chunk) {
        int more = chunk.size();
        if (more > MOST - size || size + more > kept.length && !grow(size + more)) {
            settle();
            return;
        }
        chunk.copyTo(kept, size);
        size += more;
    }

    private boolean grow(int needed) {
        int larger = Math.max(needed, Math.min(MOST, Math.max(FIRST, 2 * kept.length)));
        if (!account.tryReserve(larger - kept.length)) {
            return false;
        }
        kept = Arrays.copyOf(kept, larger);
        return true;
    }

    /** Keeps what passes. */
    private final class Tap implements BodySink {

        @Override
        public void onChunk(Chunk chunk) {
            synchronized (PeekedBody.this) {
                if (keeping) {
                    keep(chunk);
                }
                reader().onChunk(chunk);
            }
        }

        @Override
        public void onReadComplete() {
            synchronized (PeekedBody.this) {
                reader().onReadComplete();
            }
        }

        @Override
        public void onEnd() {
            synchronized (PeekedBody.this) {
                ended = true;
                reader().onEnd();
            }
        }

        @Override
        public void onFailure(Throwable cause) {
            synchronized (PeekedBody.this) {
                failure = cause;
                reader().onFailure(cause);
            }
        }

        private BodySink reader() {
            BodySink reader = sink;
            if (reader == null) {
                throw new IllegalStateException("nobody reads the body");
            }
            return reader;
        }
    }
}
