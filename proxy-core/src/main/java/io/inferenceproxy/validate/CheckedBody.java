package io.inferenceproxy.validate;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.BodyWatcher;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.time.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A body that is all here, in the pieces in which it came, so that it goes on without having been copied. It is read once.
 *
 * <p>All happens on the I/O thread of its call, wherever it is asked for.
 */
final class CheckedBody implements Body {

    private final Scheduler io;
    private @Nullable Chunk first;
    private List<Chunk> others = List.of();
    private int size;

    CheckedBody(Scheduler io) {
        this.io = io;
    }

    void add(Chunk chunk) {
        if (first == null) {
            first = chunk;
        } else {
            if (others.isEmpty()) {
                others = new ArrayList<>();
            }
            others.add(chunk);
        }
        size += chunk.size();
    }

    int size() {
        return size;
    }

    void copyTo(byte[] to) {
        int at = 0;
        if (first != null) {
            first.copyTo(to, 0);
            at = first.size();
        }
        for (Chunk other : others) {
            other.copyTo(to, at);
            at += other.size();
        }
    }

    /** The event in which it came is over: what nobody has read yet has to wait. */
    void keep() {
        if (first != null) {
            first = first.lasting();
            for (int i = 0; i < others.size(); i++) {
                others.set(i, others.get(i).lasting());
            }
        }
    }

    /** Hands over the pieces. */
    void drainTo(BodySink sink) {
        Chunk head = first;
        List<Chunk> tail = others;
        first = null;
        others = List.of();
        if (head != null) {
            sink.onChunk(head);
        }
        for (Chunk piece : tail) {
            sink.onChunk(piece);
        }
    }

    @Override
    public boolean tryShow(BodyWatcher watcher) {
        if (first == null) {
            return size == 0;
        }
        watcher.onPiece(first);
        others.forEach(watcher::onPiece);
        return true;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(size);
    }

    @Override
    public void read(BodySink sink) {
        if (!io.isCurrentThread()) {
            io.execute(() -> read(sink));
            return;
        }
        drainTo(sink);
        sink.onEnd();
    }

    @Override
    public void pause() {
        // it is little: there is nothing to hold back
    }

    @Override
    public void resume() {
        // see pause
    }

    @Override
    public void cancel() {
        if (first == null) {
            return;
        }
        if (!io.isCurrentThread()) {
            io.execute(this::cancel);
            return;
        }
        drainTo(RELEASE);
    }

    private static final BodySink RELEASE = new BodySink() {
        @Override
        public void onChunk(Chunk chunk) {
            chunk.release();
        }

        @Override
        public void onEnd() {
            // of no interest
        }

        @Override
        public void onFailure(Throwable cause) {
            // of no interest
        }
    };
}
