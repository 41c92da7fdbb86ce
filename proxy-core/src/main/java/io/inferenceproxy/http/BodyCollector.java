package io.inferenceproxy.http;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a body into one array, up to a limit; past it the rest is cancelled and the stage fails with
 * {@link TooLarge}.
 *
 * <p>Memory grows with what has really come, never with what {@code Content-Length} promises, and only as far as an account
 * has room: when it has none, the rest is cancelled and the stage fails with {@link NoRoom}. What was reserved for a body
 * that was gathered stays so until {@link #release}, since the array lives on in the call.
 */
public final class BodyCollector implements BodySink {

    private static final int FIRST = 4 << 10;
    private static final long RELEASED = -1;
    private static final byte[] NOTHING = {};

    /** It is released by whoever ends the call, which need not be the thread that brings the body. */
    private static final AtomicLongFieldUpdater<BodyCollector> RESERVED =
            AtomicLongFieldUpdater.newUpdater(BodyCollector.class, "reserved");

    private final Body body;
    private final int limit;
    private final int most;
    private final @Nullable BufferAccount account;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private volatile long reserved;
    private byte[] bytes = NOTHING;
    private int size;

    private BodyCollector(Body body, long limit, @Nullable BufferAccount account) {
        this.body = body;
        this.limit = (int) Math.min(limit, Integer.MAX_VALUE - 8);
        this.most = (int) Math.min(body.length().orElse(Long.MAX_VALUE), this.limit);
        this.account = account;
    }

    /** A collector that counts what it holds. */
    public static BodyCollector of(Body body, long limit, BufferAccount account) {
        return new BodyCollector(body, limit, account);
    }

    /** Reads the whole body without counting it; the stage completes on the thread that brings its last byte. */
    public static CompletionStage<byte[]> collect(Body body, long limit) {
        return new BodyCollector(body, limit, null).collect();
    }

    /** Reads the whole body; the stage completes on the thread that brings its last byte. */
    public CompletionStage<byte[]> collect() {
        if (body.length().orElse(0) > limit) {
            body.cancel();
            result.completeExceptionally(new TooLarge(limit));
        } else {
            body.read(this);
        }
        return result;
    }

    /** What {@link #collect} returns, for who hands over the pieces without it. */
    public CompletionStage<byte[]> result() {
        return result;
    }

    /** Gives back what was reserved; from then on nothing more is taken. A second time does nothing. */
    public void release() {
        long held = RESERVED.getAndSet(this, RELEASED);
        if (held > 0 && account != null) {
            account.release(held);
        }
    }

    @Override
    public void onChunk(Chunk chunk) {
        try {
            if (result.isDone()) {
                return;
            }
            int more = chunk.size();
            if (more > limit - size) {
                giveUp(new TooLarge(limit));
            } else if (size + more > bytes.length && !grow(size + more)) {
                giveUp(new NoRoom());
            } else {
                chunk.copyTo(bytes, size);
                size += more;
            }
        } finally {
            chunk.release();
        }
    }

    @Override
    public void onEnd() {
        if (size < bytes.length) {
            int surplus = bytes.length - size;
            bytes = Arrays.copyOf(bytes, size);
            reserve(-surplus);
        }
        result.complete(bytes);
    }

    @Override
    public void onFailure(Throwable cause) {
        drop();
        result.completeExceptionally(cause);
    }

    private boolean grow(int needed) {
        int doubled = (int) Math.min(most, Math.max(FIRST, bytes.length * 2L));
        int larger = Math.max(needed, doubled);
        if (!reserve(larger - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, larger);
        return true;
    }

    private void giveUp(RuntimeException reason) {
        body.cancel();
        drop();
        result.completeExceptionally(reason);
    }

    private void drop() {
        bytes = NOTHING;
        release();
    }

    /** Reserves so many bytes more, or less. */
    private boolean reserve(long more) {
        BufferAccount counted = account;
        if (counted == null) {
            return true;
        }
        if (more > 0 && !counted.tryReserve(more)) {
            return false;
        }
        long before = reserved;
        if (before != RELEASED && RESERVED.compareAndSet(this, before, before + more)) {
            if (more < 0) {
                counted.release(-more);
            }
            return true;
        }
        if (more > 0) {
            counted.release(more);
        }
        return false;
    }

    /** The body has more bytes than were allowed. */
    public static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long limit;

        TooLarge(long limit) {
            super("body of more than " + limit + " bytes", null, false, false);
            this.limit = limit;
        }

        /** The limit in bytes. */
        public long limit() {
            return limit;
        }
    }

    /** There is no room for more of the body now. */
    public static final class NoRoom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoRoom() {
            super("no room for the body", null, false, false);
        }
    }
}
