package io.inferenceproxy.http;

import java.util.OptionalLong;

/**
 * A body that passes on as it comes, up to a limit; past it the rest is cancelled and the sink hears of
 * {@link BodyCollector.TooLarge} as the failure.
 */
public final class LimitedBody implements Body {

    private final Body body;
    private final long limit;

    private LimitedBody(Body body, long limit) {
        this.body = body;
        this.limit = limit;
    }

    /** The body with a limit in bytes; one whose length is known and small enough needs none and is returned as it is. */
    public static Body of(Body body, long limit) {
        long length = body.length().orElse(-1);
        return length >= 0 && length <= limit ? body : new LimitedBody(body, limit);
    }

    @Override
    public OptionalLong length() {
        return body.length();
    }

    @Override
    public void read(BodySink sink) {
        body.read(new Counting(sink));
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
        body.cancel();
    }

    /** Counts on the way to the sink. */
    private final class Counting implements BodySink {

        private final BodySink sink;
        private long left = limit;
        private boolean ended;

        Counting(BodySink sink) {
            this.sink = sink;
        }

        @Override
        public void onChunk(Chunk chunk) {
            if (ended) {
                chunk.release();
                return;
            }
            left -= chunk.size();
            if (left >= 0) {
                sink.onChunk(chunk);
                return;
            }
            ended = true;
            chunk.release();
            body.cancel();
            sink.onFailure(new BodyCollector.TooLarge(limit));
        }

        @Override
        public void onReadComplete() {
            if (!ended) {
                sink.onReadComplete();
            }
        }

        @Override
        public void onEnd() {
            if (!ended) {
                ended = true;
                sink.onEnd();
            }
        }

        @Override
        public void onFailure(Throwable cause) {
            if (!ended) {
                ended = true;
                sink.onFailure(cause);
            }
        }
    }
}
