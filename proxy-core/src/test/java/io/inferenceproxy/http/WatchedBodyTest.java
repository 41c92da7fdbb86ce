package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.testing.RecordingSink;
import io.inferenceproxy.testing.ScriptedBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchedBodyTest {

    private final List<String> seen = new ArrayList<>();
    private final ScriptedBody source = ScriptedBody.chunked();
    private final RecordingSink sink = new RecordingSink();
    private final BodyWatcher watcher = new BodyWatcher() {
        @Override
        public void onPiece(Chunk piece) {
            seen.add("piece " + piece.size() + " after " + sink.events().size());
        }

        @Override
        public void onWhole() {
            seen.add("whole");
        }
    };

    @Test
    void theWatcherSeesEachPieceJustBeforeTheSinkGetsIt() {
        WatchedBody.of(source, watcher).read(sink);
        source.send(new byte[3]);
        source.send(new byte[4]);
        source.end();

        assertThat(seen).containsExactly("piece 3 after 0", "piece 4 after 2", "whole");
        assertThat(sink.events()).containsExactly("chunk", "read-complete", "chunk", "read-complete", "end");
        assertThat(source.held()).isZero();
    }

    @Test
    void ofABodyThatBreaksOffItIsNotToldThatItIsWhole() {
        WatchedBody.of(source, watcher).read(sink);
        source.send(new byte[3]);
        source.breakOff(new IOException("reset"));

        assertThat(seen).containsExactly("piece 3 after 0");
        assertThat(sink.events()).endsWith("failure");
    }

    @Test
    void whatTheReaderAsksForReachesTheSender() {
        Body watched = WatchedBody.of(source, watcher);
        watched.read(sink);
        watched.pause();
        watched.resume();
        watched.cancel();

        assertThat(source.pauses()).isEqualTo(1);
        assertThat(source.resumes()).isEqualTo(1);
        assertThat(source.isCancelled()).isTrue();
        assertThat(watched.length()).isEmpty();
    }

    @Test
    void aPieceOnWhichTheWatcherFailsIsNotLost() {
        BodyWatcher broken = new BodyWatcher() {
            @Override
            public void onPiece(Chunk piece) {
                throw new IllegalStateException("cannot look");
            }

            @Override
            public void onWhole() {
                // never
            }
        };
        WatchedBody.of(source, broken).read(sink);

        assertThatThrownBy(() -> source.send(new byte[3])).hasMessage("cannot look");
        assertThat(sink.events()).containsExactly("chunk");
        assertThat(source.held()).isZero();
    }

    @Test
    void aBodyThatIsAllHereIsShownOnceThoughItMayBeReadAgain() {
        Body here = Body.of(new byte[5]);

        Body watched = WatchedBody.of(here, watcher);
        watched.read(sink);
        watched.read(sink);

        assertThat(watched).isSameAs(here);
        assertThat(seen).containsExactly("piece 5 after 0", "whole");
    }
}
