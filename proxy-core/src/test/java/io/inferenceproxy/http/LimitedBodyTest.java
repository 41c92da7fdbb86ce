package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ScriptedBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {

    private final List<String> events = new ArrayList<>();
    private final ScriptedBody source = ScriptedBody.chunked();
    private final BodySink sink = new BodySink() {
        @Override
        public void onChunk(Chunk chunk) {
            events.add("chunk " + chunk.size());
            chunk.release();
        }

        @Override
        public void onReadComplete() {
            events.add("flush");
        }

        @Override
        public void onEnd() {
            events.add("end");
        }

        @Override
        public void onFailure(Throwable cause) {
            events.add("failure " + cause.getMessage());
        }
    };

    @Test
    void upToTheLimitEverythingPasses() {
        LimitedBody.of(source, 10).read(sink);
        source.send(new byte[4]);
        source.send(new byte[6]);

        source.end();

        assertThat(events).containsExactly("chunk 4", "flush", "chunk 6", "flush", "end");
        assertThat(source.isCancelled()).isFalse();
    }

    @Test
    void pastTheLimitTheSinkHearsOfItOnceAndTheRestIsCancelled() {
        LimitedBody.of(source, 10).read(sink);
        source.send(new byte[8]);

        source.send(new byte[3]);
        source.send(new byte[3]);
        source.end();
        source.breakOff(new IOException("late"));

        assertThat(events).containsExactly("chunk 8", "flush", "failure body of more than 10 bytes");
        assertThat(source.isCancelled()).isTrue();
        assertThat(source.held()).isZero();
    }

    @Test
    void aBodyThatBreaksOffIsToldOnce() {
        LimitedBody.of(source, 10).read(sink);

        source.breakOff(new IOException("reset"));
        source.end();

        assertThat(events).containsExactly("failure reset");
    }

    @Test
    void aBodyOfKnownAndSmallLengthNeedsNoCounting() {
        Body small = ScriptedBody.announced(10);

        assertThat(LimitedBody.of(small, 10)).isSameAs(small);
        assertThat(LimitedBody.of(small, 9)).isNotSameAs(small);
        assertThat(LimitedBody.of(small, 9).length()).hasValue(10);
    }

    @Test
    void pausesAndCancellationReachTheSource() {
        Body limited = LimitedBody.of(source, 10);

        limited.pause();
        limited.resume();
        limited.cancel();

        assertThat(source.pauses()).isOne();
        assertThat(source.resumes()).isOne();
        assertThat(source.isCancelled()).isTrue();
    }
}
