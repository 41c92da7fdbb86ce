package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls under way, and what is said elsewhere of their number. */
class HeldCallsTest {

    private static final CounterKey ALICE = new CounterKey(1, 2);

    private final HeldCalls held = new HeldCalls();
    private final List<Long> told = new ArrayList<>();

    private void tell() {
        held.tell((key, count) -> told.add(count));
    }

    @Test
    void itIsKnownHowOftenTheirNumberWasToldSinceThereIsOne() {
        assertThat(held.tryEnter(ALICE, 2)).isZero();
        tell();
        assertThat(held.tryEnter(ALICE, 2)).isOne();
        assertThat(held.tryEnter(ALICE, 2)).isEqualTo(HeldCalls.FULL);
        held.ask(ALICE);
        tell();

        assertThat(told).as("it is not known while one is asked for").containsExactly(1L, -1L);
        assertThat(held.told(ALICE)).isOne();
        held.answered(ALICE, false);
        held.leave(ALICE);
        held.leave(ALICE);
        assertThat(held.told(ALICE)).isZero();
        assertThat(held.tryEnter(ALICE, 2)).isZero();
    }

    @Test
    void nobodyAsksForACallWhileTheirNumberIsTold() throws InterruptedException {
        held.tryEnter(ALICE, 2);
        Thread other = new Thread(() -> held.ask(ALICE));

        held.tell((key, count) -> {
            other.start();
            while (other.isAlive() && other.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            assertThat(other.getState()).isEqualTo(Thread.State.BLOCKED);
        });

        other.join();
        tell();
        assertThat(told).containsExactly(-1L);
    }
}
