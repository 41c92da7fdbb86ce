package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import java.util.OptionalLong;

/**
 * Content of which only the length is known.
 *
 * @param bytes how many came
 */
record LoggedBody(long bytes) implements Body {

    @Override
    public OptionalLong length() {
        return OptionalLong.of(bytes);
    }

    @Override
    public void read(BodySink sink) {
        throw new UnsupportedOperationException("content is not in the log");
    }

    @Override
    public void pause() {
        // nothing flows
    }

    @Override
    public void resume() {
        // nothing flows
    }

    @Override
    public void cancel() {
        // nothing is held
    }
}
