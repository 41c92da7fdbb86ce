package io.inferenceproxy.testing;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A body that comes when the test says so, and knows what became of its chunks. */
public final class ScriptedBody implements Body {

    private final OptionalLong length;
    private @Nullable BodySink sink;
    private boolean cancelled;
    private int held;
    private int pauses;
    private int resumes;

    private ScriptedBody(OptionalLong length) {
        this.length = length;
    }

    public static ScriptedBody chunked() {
        return new ScriptedBody(OptionalLong.empty());
    }

    public static ScriptedBody announced(long length) {
        return new ScriptedBody(OptionalLong.of(length));
    }

    public void send(byte[] bytes) {
        held++;
        reader().onChunk(new Counted(bytes));
        reader().onReadComplete();
    }

    public void end() {
        reader().onEnd();
    }

    public void breakOff(Throwable cause) {
        reader().onFailure(cause);
    }

    private BodySink reader() {
        if (sink == null) {
            throw new IllegalStateException("nobody reads the body");
        }
        return sink;
    }

    public boolean isRead() {
        return sink != null;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** How many chunks were handed out and not released. */
    public int held() {
        return held;
    }

    public int pauses() {
        return pauses;
    }

    public int resumes() {
        return resumes;
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public void read(BodySink reader) {
        this.sink = reader;
    }

    @Override
    public void pause() {
        pauses++;
    }

    @Override
    public void resume() {
        resumes++;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    private final class Counted implements Chunk {
        private final ByteBuffer bytes;

        Counted(byte[] bytes) {
            this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        }

        @Override
        public int size() {
            return bytes.remaining();
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void release() {
            held--;
        }
    }
}
