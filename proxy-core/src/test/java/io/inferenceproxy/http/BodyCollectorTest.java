package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ScriptedBody;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyCollectorTest {

    private static CompletableFuture<byte[]> collected(Body body, long limit) {
        return BodyCollector.collect(body, limit).toCompletableFuture();
    }

    private static Throwable failure(CompletableFuture<byte[]> stage) {
        return stage.handle((bytes, failure) -> failure).join();
    }

    @Test
    void piecesBecomeOneArray() {
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<byte[]> stage = collected(body, 1_000_000);
        byte[] all = new byte[100_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        for (int i = 0; i < 10; i++) {
            body.send(java.util.Arrays.copyOfRange(all, i * 10_000, (i + 1) * 10_000));
        }

        body.end();

        assertThat(stage.join()).isEqualTo(all);
        assertThat(body.held()).isZero();
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsCancelledUnread() {
        ScriptedBody body = ScriptedBody.announced(11);

        CompletableFuture<byte[]> stage = collected(body, 10);

        assertThat(failure(stage))
                .isInstanceOfSatisfying(
                        BodyCollector.TooLarge.class,
                        tooLarge -> assertThat(tooLarge.limit()).isEqualTo(10));
        assertThat(body.isCancelled()).isTrue();
        assertThat(body.isRead()).isFalse();
    }

    @Test
    void aBodyThatGrowsTooLargeIsCancelledAndHoldsNothing() {
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<byte[]> stage = collected(body, 10);
        body.send(new byte[10]);
        assertThat(stage).isNotDone();

        body.send(new byte[1]);
        body.send(new byte[5]);

        assertThat(failure(stage)).isInstanceOf(BodyCollector.TooLarge.class);
        assertThat(body.isCancelled()).isTrue();
        assertThat(body.held()).isZero();
    }

    @Test
    void aBodyThatBreaksOffFailsWithItsCause() {
        IOException reset = new IOException("reset");
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<byte[]> stage = collected(body, 10);

        body.breakOff(reset);

        assertThat(failure(stage)).isSameAs(reset);
    }

    @Test
    void aBodyThatIsHereAlreadyIsCollectedAtOnce() {
        assertThat(collected(Body.empty(), 0).join()).isEmpty();
        assertThat(collected(Body.of(new byte[] {1, 2}), 2).join()).containsExactly(1, 2);
        assertThat(Body.of(new byte[0])).isSameAs(Body.empty());
        assertThat(Body.empty().isEmpty()).isTrue();
        assertThat(ScriptedBody.chunked().isEmpty()).isFalse();
    }
}
