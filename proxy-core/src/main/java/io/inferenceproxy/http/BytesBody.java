package io.inferenceproxy.http;

import java.util.OptionalLong;

/** A body that is all here already. */
final class BytesBody implements Body {

    static final Body EMPTY = new BytesBody(new byte[0]);

    private final byte[] bytes;

    BytesBody(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The array itself. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(bytes.length);
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public boolean tryShow(BodyWatcher watcher) {
        if (bytes.length > 0) {
            watcher.onPiece(Chunk.of(bytes));
        }
        return true;
    }

    @Override
    public void read(BodySink sink) {
        if (bytes.length > 0) {
            sink.onChunk(Chunk.of(bytes));
        }
        sink.onEnd();
    }

    @Override
    public void pause() {
        // it is one chunk: there is nothing to hold back
    }

    @Override
    public void resume() {
        // see pause
    }

    @Override
    public void cancel() {
        // the collector's
    }
}
