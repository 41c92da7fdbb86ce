package io.inferenceproxy.http;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gathers a body into one array, up to a limit; past it the rest is cancelled and the stage fails with
 * {@link TooLarge}.
 *
 * <p>Memory grows with what has really come, never with what {@code Content-Length} promises.
 */
public final class BodyCollector implements BodySink {

    private static final int FIRST = 4 << 10;

    private final Body body;
    private final long limit;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private byte[] bytes = new byte[0];
    private int size;

    private BodyCollector(Body body, long limit) {
        this.body = body;
        this.limit = limit;
    }

    /** Reads the whole body; the stage completes on the thread that brings its last byte. */
    public static CompletionStage<byte[]> collect(Body body, long limit) {
        BodyCollector collector = new BodyCollector(body, Math.min(limit, Integer.MAX_VALUE - 8));
        long announced = body.length().orElse(-1);
        if (announced > collector.limit) {
            body.cancel();
            return CompletableFuture.failedFuture(new TooLarge(limit));
        }
        if (announced > 0) {
            collector.bytes = new byte[(int) Math.min(announced, FIRST)];
        }
        body.read(collector);
        return collector.result;
    }

    @Override
    public void onChunk(Chunk chunk) {
        try {
            if (result.isDone()) {
                return;
            }
            int more = chunk.size();
            if (size + (long) more > limit) {
                body.cancel();
                bytes = new byte[0];
                result.completeExceptionally(new TooLarge(limit));
                return;
            }
            if (size + more > bytes.length) {
                long doubled = Math.max(FIRST, bytes.length * 2L);
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(doubled, size + (long) more)));
            }
            chunk.copyTo(bytes, size);
            size += more;
        } finally {
            chunk.release();
        }
    }

    @Override
    public void onEnd() {
        result.complete(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }

    @Override
    public void onFailure(Throwable cause) {
        result.completeExceptionally(cause);
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
}
