package io.inferenceproxy.http;

import java.util.OptionalLong;

/**
 * A body that passes on as it comes while a watcher looks at its pieces.
 *
 * <ol>
 *   <li>The watcher sees each piece just before the sink gets it, the very same one: nothing is held, copied or delayed.
 *   <li>After {@link #cancel()} it sees nothing more, like the sink.
 *   <li>A piece on which the watcher fails is not lost: the sink gets it first, then the failure goes its way.
 * </ol>
 */
public final class WatchedBody implements Body {

    private final Body body;
    private final BodyWatcher watcher;

    private WatchedBody(Body body, BodyWatcher watcher) {
        this.body = body;
        this.watcher = watcher;
    }

    /** The body with someone who watches it; one that is an array is shown at once, and returned as it is. */
    public static Body of(Body body, BodyWatcher watcher) {
        if (body instanceof BytesBody here) {
            here.tryShow(watcher);
            watcher.onWhole();
            return here;
        }
        return new WatchedBody(body, watcher);
    }

    @Override
    public OptionalLong length() {
        return body.length();
    }

    @Override
    public void read(BodySink sink) {
        body.read(new Window(sink, watcher));
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

    @Override
    public void settle() {
        body.settle();
    }

    /** What the watcher looks through, on the way to the sink. */
    private record Window(BodySink sink, BodyWatcher watcher) implements BodySink {

        @Override
        public void onChunk(Chunk chunk) {
            try {
                watcher.onPiece(chunk);
            } finally {
                sink.onChunk(chunk);
            }
        }

        @Override
        public void onReadComplete() {
            sink.onReadComplete();
        }

        @Override
        public void onEnd() {
            try {
                watcher.onWhole();
            } finally {
                sink.onEnd();
            }
        }

        @Override
        public void onFailure(Throwable cause) {
            sink.onFailure(cause);
        }
    }
}
