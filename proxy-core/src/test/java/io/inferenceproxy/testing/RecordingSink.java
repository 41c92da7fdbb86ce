package io.inferenceproxy.testing;

import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a body brings. */
public final class RecordingSink implements BodySink {

    private final StringBuilder text = new StringBuilder();
    private final List<String> events = new ArrayList<>();

    @Override
    public void onChunk(Chunk chunk) {
        text.append(StandardCharsets.UTF_8.decode(chunk.bytes().duplicate()));
        events.add("chunk");
        chunk.release();
    }

    @Override
    public void onReadComplete() {
        events.add("read-complete");
    }

    @Override
    public void onEnd() {
        events.add("end");
    }

    @Override
    public void onFailure(Throwable cause) {
        events.add("failure");
    }

    public String text() {
        return text.toString();
    }

    /** {@code chunk}, {@code read-complete}, {@code end} and {@code failure}, as they came. */
    public List<String> events() {
        return events;
    }
}
