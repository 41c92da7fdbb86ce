package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BufferAccountTest {

    private static final long BOUND = 1 << 20;

    private final BufferAccount account = BufferAccount.boundedBy(BOUND);

    @Test
    void knowsWhatIsHeld() {
        account.reserve(100);
        assertThat(account.tryReserve(23)).isTrue();
        assertThat(account.used()).isEqualTo(123);

        account.release(100);

        assertThat(account.used()).isEqualTo(23);
        assertThat(account.bound()).isEqualTo(BOUND);
    }

    @Test
    void takesAllUpToTheBoundAndNotAByteMore() {
        assertThat(account.tryReserve(BOUND - 1)).isTrue();
        assertThat(account.tryReserve(2)).isFalse();
        assertThat(account.tryReserve(1)).isTrue();

        assertThat(account.tryReserve(1)).isFalse();
        assertThat(account.used()).isEqualTo(BOUND);
    }

    @Test
    void takesNothingThatIsLargerThanTheBound() {
        assertThat(account.tryReserve(BOUND + 1)).isFalse();
        assertThat(account.tryReserve(Long.MAX_VALUE / 2)).isFalse();

        assertThat(account.used()).isZero();
    }

    @Test
    void whatOthersHaveOnlyALeaseOnCanBeHad() throws Exception {
        for (int i = 0; i < 50; i++) {
            Thread other = new Thread(() -> {
                account.reserve(1_000);
                account.release(1_000);
            });
            other.start();
            other.join();
        }

        assertThat(account.tryReserve(BOUND)).isTrue();
    }

    @Test
    void isFullFromTheFirstThatDidNotFitUntilAnEighthIsFree() {
        account.tryReserve(BOUND - 1);
        assertThat(account.isFull()).as("before anything was refused").isFalse();
        account.tryReserve(2);
        assertThat(account.isFull()).isTrue();
        account.reserve(1);

        account.release(BOUND / 8);
        assertThat(account.isFull()).as("with not quite an eighth free").isTrue();
        account.release(1);
        assertThat(account.isFull()).isFalse();
        account.reserve(1);

        assertThat(account.isFull()).as("filled up again, with nothing refused").isFalse();
    }

    @Test
    void isNotFullWhenOnlyWhatIsLargeDoesNotFit() {
        account.tryReserve(BOUND / 2);
        account.tryReserve(BOUND);

        assertThat(account.isFull()).isFalse();
    }

    @Test
    void isFullWhenWhatCannotBeRefusedReachesTheBound() {
        account.reserve(BOUND - 1);
        assertThat(account.isFull()).isFalse();
        account.reserve(1);
        assertThat(account.isFull()).isTrue();
        account.reserve(10);

        assertThat(account.used()).isEqualTo(BOUND + 10);
        assertThat(account.isFull()).isTrue();
        assertThat(account.tryReserve(1)).isFalse();
        assertThat(account.isOverrun()).isFalse();
    }

    @Test
    void isOverrunAQuarterPastTheBound() {
        account.reserve(BOUND);
        account.reserve(BOUND / 4 - 1);
        assertThat(account.isOverrun()).isFalse();

        account.reserve(1);

        assertThat(account.isOverrun()).isTrue();
    }

    @Test
    void countsRefusals() {
        account.refused();
        account.refused();

        assertThat(account.refusals()).isEqualTo(2);
    }

    @Test
    void neverHoldsMoreThanTheBoundHoweverManyThreadsAskAndIsEmptyInTheEnd() throws Exception {
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Random random = new Random(i);
            Thread thread = new Thread(() -> {
                List<Integer> mine = new ArrayList<>();
                await(begin);
                for (int step = 0; step < 20_000; step++) {
                    int size = 1 + random.nextInt(60_000);
                    if (account.tryReserve(size)) {
                        mine.add(size);
                        most.accumulateAndGet(held.addAndGet(size), Math::max);
                    } else {
                        refused.incrementAndGet();
                    }
                    if (mine.size() > random.nextInt(64)) {
                        int given = mine.remove(random.nextInt(mine.size()));
                        held.addAndGet(-given);
                        account.release(given);
                    }
                }
                mine.forEach(size -> {
                    held.addAndGet(-size);
                    account.release(size);
                });
            });
            threads.add(thread);
            thread.start();
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(BOUND / 2, BOUND);
        assertThat(refused.get()).isPositive();
        assertThat(account.used()).isZero();
        assertThat(account.tryReserve(BOUND)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
