package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Chunk;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for a slow peer is counted while it waits, and whoever was held up because of it hears when it is gone. */
class SlowPeerTest {

    private final BufferAccount buffers = BufferAccount.boundedBy(1 << 20);
    private final Peer peer = new Peer();
    private int drained;
    private final Outbound out = new Outbound(peer, buffers, () -> drained++);

    @AfterEach
    void hangUp() {
        out.drop();
        peer.finishAndReleaseAll();
        assertThat(buffers.used()).as("bytes that are still counted").isZero();
    }

    @Test
    void whatIsTakenAtOnceIsNotCounted() {
        write(1_000);
        write(100_000);

        assertThat(buffers.used()).isZero();
        assertThat(drained).isZero();
    }

    @Test
    void whatWaitsIsCountedUntilItIsTaken() {
        peer.slow = true;
        write(10_000);
        long first = buffers.used();
        write(20_000);
        assertThat(first).isBetween(10_000L, 10_500L);
        assertThat(buffers.used()).isBetween(30_000L, 30_800L);
        assertThat(drained).isZero();

        peer.takes();

        assertThat(buffers.used()).isZero();
        assertThat(drained).isEqualTo(1);
    }

    @Test
    void thatAllIsTakenIsToldEachTime() {
        for (int i = 1; i <= 3; i++) {
            peer.slow = true;
            write(10_000);
            peer.takes();

            assertThat(drained).isEqualTo(i);
        }
    }

    @Test
    void whatComesBehindTheMarkIsWaitedForToo() {
        peer.slow = true;
        write(10_000);
        peer.takesOnly(1);
        write(10_000); // as much as was taken: the sum is the same

        peer.takesOnly(1);
        assertThat(drained).isZero();
        peer.takes();

        assertThat(drained).isEqualTo(1);
        assertThat(buffers.used()).isZero();
    }

    @Test
    void aPeerThatLeavesGivesAllBackAndIsNotTakenForOneThatTookIt() {
        peer.slow = true;
        write(10_000);

        peer.close().syncUninterruptibly();
        peer.runPendingTasks();

        assertThat(buffers.used()).isZero();
        assertThat(drained).isZero();
    }

    @Test
    void muchThatWaitsHoldsUp() {
        peer.slow = true;
        write(10_000);
        assertThat(out.isHeldUp(false)).isFalse();

        write(60_000);

        assertThat(out.isHeldUp(false)).isTrue();
    }

    @Test
    void anythingThatWaitsHoldsUpWhileMemoryIsShort() {
        buffers.reserve(buffers.bound());
        write(10);
        assertThat(out.isHeldUp(false)).as("with nothing that waits").isFalse();
        peer.slow = true;
        out.piece(Chunk.of(new byte[10]));

        assertThat(out.isHeldUp(false)).isTrue();
        buffers.release(buffers.bound());
    }

    @Test
    void anythingThatWaitsHoldsUpWhatCanBeHadAgain() {
        peer.slow = true;
        out.piece(Chunk.of(new byte[10]));

        assertThat(out.isHeldUp(true)).isTrue();
    }

    private void write(int size) {
        out.piece(Chunk.of(new byte[size]));
        out.flush();
        peer.runPendingTasks();
    }

    /** A peer that takes what is written when it wants to. */
    private static final class Peer extends EmbeddedChannel {
        private boolean slow;
        private int most;

        void takes() {
            slow = false;
            flush();
            runPendingTasks();
        }

        void takesOnly(int messages) {
            most = messages;
            flush();
            runPendingTasks();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!slow) {
                super.doWrite(in);
            }
            for (; most > 0 && in.current() != null; most--) {
                in.remove();
            }
        }
    }
}
