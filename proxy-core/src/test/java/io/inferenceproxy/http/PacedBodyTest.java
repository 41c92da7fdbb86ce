package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ScriptedBody;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacedBodyTest {

    private static final int PIECE = 64 << 10;

    private final byte[] bytes = random(3 * PIECE + 100);
    private final Body body = PacedBody.of(Body.of(bytes));
    private final Taking sink = new Taking();

    @Test
    void comesWholeAndInPieces() {
        body.read(sink);

        assertThat(sink.taken.toByteArray()).isEqualTo(bytes);
        assertThat(sink.chunks).isEqualTo(4);
        assertThat(sink.largest).isEqualTo(PIECE);
        assertThat(sink.ended).isTrue();
        assertThat(body.length()).hasValue(bytes.length);
    }

    @Test
    void waitsWhileItsSinkDoesNotTakeMore() {
        sink.pausesAfter = 1;

        body.read(sink);
        assertThat(sink.chunks).isEqualTo(1);
        assertThat(sink.readCompletes).isEqualTo(1);
        body.resume();
        body.resume();

        assertThat(sink.chunks).isEqualTo(3);
        assertThat(sink.ended).isFalse();
    }

    @Test
    void aSinkMayGoOnWhileItIsHandedSomething() {
        sink.pausesAfter = 1;
        sink.resumesAtOnce = true;

        body.read(sink);

        assertThat(sink.taken.toByteArray()).isEqualTo(bytes);
        assertThat(sink.ended).isTrue();
        assertThat(sink.deepest).as("calls of the sink within each other").isEqualTo(1);
    }

    @Test
    void nothingComesAfterACancellation() {
        sink.pausesAfter = 1;
        body.read(sink);

        body.cancel();
        body.resume();

        assertThat(sink.chunks).isEqualTo(1);
        assertThat(sink.ended).isFalse();
    }

    @Test
    void oneThatIsSmallOrNotAllHereStaysAsItIs() {
        Body small = Body.of(new byte[PIECE]);
        Body coming = ScriptedBody.announced(10 * PIECE);

        assertThat(PacedBody.of(small)).isSameAs(small);
        assertThat(PacedBody.of(coming)).isSameAs(coming);
        assertThat(PacedBody.of(body)).isSameAs(body);
    }

    private static byte[] random(int length) {
        byte[] random = new byte[length];
        new Random(1).nextBytes(random);
        return random;
    }

    private final class Taking implements BodySink {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int pausesAfter = Integer.MAX_VALUE;
        private boolean resumesAtOnce;
        private int chunks;
        private int largest;
        private int readCompletes;
        private int depth;
        private int deepest;
        private boolean ended;

        @Override
        public void onChunk(Chunk chunk) {
            deepest = Math.max(deepest, ++depth);
            byte[] piece = new byte[chunk.size()];
            chunk.copyTo(piece, 0);
            assertThat(chunk.lastByte()).isEqualTo(piece[piece.length - 1]);
            taken.writeBytes(piece);
            largest = Math.max(largest, piece.length);
            chunks++;
            if (chunks >= pausesAfter) {
                body.pause();
                if (resumesAtOnce) {
                    body.resume();
                }
            }
            chunk.release();
            depth--;
        }

        @Override
        public void onReadComplete() {
            readCompletes++;
        }

        @Override
        public void onEnd() {
            ended = true;
        }

        @Override
        public void onFailure(Throwable cause) {
            throw new AssertionError(cause);
        }
    }
}
