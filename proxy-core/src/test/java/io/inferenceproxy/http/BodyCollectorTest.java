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
    void whatIsGatheredIsCountedUntilItIsReleased() {
        BufferAccount account = BufferAccount.boundedBy(1 << 20);
        ScriptedBody body = ScriptedBody.announced(10_000);
        BodyCollector collector = BodyCollector.of(body, 1 << 20, account);
        CompletableFuture<byte[]> stage = collector.collect().toCompletableFuture();
        assertThat(account.used()).as("before anything came").isZero();
        body.send(new byte[10]);
        assertThat(account.used()).isEqualTo(4 << 10);
        body.send(new byte[9_990]);
        body.end();
        assertThat(stage.join()).hasSize(10_000);
        assertThat(account.used()).isEqualTo(10_000);

        collector.release();
        collector.release();

        assertThat(account.used()).isZero();
    }

    @Test
    void whatAnArrayHasTooMuchIsGivenBackAtTheEnd() {
        BufferAccount account = BufferAccount.boundedBy(1 << 20);
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<byte[]> stage =
                BodyCollector.of(body, 1 << 20, account).collect().toCompletableFuture();
        body.send(new byte[5_000]);
        body.send(new byte[1]);
        assertThat(account.used()).isEqualTo(10_000);

        body.end();

        assertThat(stage.join()).hasSize(5_001);
        assertThat(account.used()).isEqualTo(5_001);
    }

    @Test
    void aBodyForWhichThereIsNoMoreRoomIsCancelledAndHoldsNothing() {
        BufferAccount account = BufferAccount.boundedBy(10_000);
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<byte[]> stage =
                BodyCollector.of(body, 1 << 20, account).collect().toCompletableFuture();
        body.send(new byte[4_096]);
        body.send(new byte[8_000]);
        body.send(new byte[1]);

        assertThat(failure(stage)).isInstanceOf(BodyCollector.NoRoom.class);
        assertThat(body.isCancelled()).isTrue();
        assertThat(body.held()).isZero();
        assertThat(account.used()).isZero();
    }

    @Test
    void aBodyThatBreaksOffOrIsTooLargeHoldsNothing() {
        BufferAccount account = BufferAccount.boundedBy(1 << 20);
        ScriptedBody broken = ScriptedBody.chunked();
        ScriptedBody large = ScriptedBody.chunked();
        BodyCollector.of(broken, 10, account).collect();
        BodyCollector.of(large, 10, account).collect();
        broken.send(new byte[5]);
        large.send(new byte[10]);
        assertThat(account.used()).isEqualTo(20);

        broken.breakOff(new IOException("reset"));
        large.send(new byte[1]);

        assertThat(account.used()).isZero();
    }

    @Test
    void whatComesAfterTheReleaseIsNotTaken() {
        BufferAccount account = BufferAccount.boundedBy(1 << 20);
        ScriptedBody body = ScriptedBody.chunked();
        BodyCollector collector = BodyCollector.of(body, 1 << 20, account);
        CompletableFuture<byte[]> stage = collector.collect().toCompletableFuture();

        collector.release();
        body.send(new byte[5_000]);

        assertThat(account.used()).isZero();
        assertThat(stage).isCompletedExceptionally();
        assertThat(body.isCancelled()).isTrue();
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
