package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of counters in one stripe, against a map. Keys crowd a few places, so that rows move a lot. */
class CounterStripeTest {

    private static final int STEPS = 20_000;
    private static final long PERIOD = 1_000_000_000L;
    private static final long DAY = 86_400 * PERIOD;
    private static final long[] QUOTAS = {9, 500};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void noCounterIsLostOrFoundInAnothersPlace(long seed) {
        Random random = new Random(seed);
        CounterStripe stripe = new CounterStripe();
        Counting counting = Counting.rolling(new long[] {PERIOD, DAY}, QUOTAS);
        Map<CounterKey, Integer> charged = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            CounterKey key = new CounterKey(1 + random.nextInt(40), random.nextInt(6) * 0x1_0000_0001L);
            Counter counter = stripe.find(key);
            assertThat(counter != null).as("seed %d, step %d", seed, step).isEqualTo(charged.containsKey(key));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    if (counter == null) {
                        counter = counting.counter();
                        stripe.add(key, counter);
                    }
                    counter.charge(1, 7, QUOTAS);
                    charged.merge(key, 1, Integer::sum);
                }
                case 2 -> {
                    if (counter != null && charged.getOrDefault(key, 0) > 0) {
                        counter.giveBack(1, 7, 7, QUOTAS);
                        charged.merge(key, -1, Integer::sum);
                    }
                }
                default -> forgetDropped(stripe, charged, stripe.sweep(random.nextInt(8), 4, 7));
            }
            assertThat(stripe.size()).isEqualTo(charged.size());
        }
        charged.forEach((key, calls) -> assertThat(
                        Objects.requireNonNull(stripe.find(key)).remaining(1, 100_000, 7))
                .isEqualTo(100_000 - calls));
    }

    private static void forgetDropped(CounterStripe stripe, Map<CounterKey, Integer> charged, int dropped) {
        Set<CounterKey> gone = new HashSet<>();
        charged.forEach((key, calls) -> {
            if (stripe.find(key) == null) {
                assertThat(calls).as("only one with nothing charged is dropped").isZero();
                gone.add(key);
            }
        });
        assertThat(gone).hasSize(dropped);
        charged.keySet().removeAll(gone);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1_000})
    void aSweepDropsWhoseWindowsAreOverAndReturnsTheirRoom(int counters) {
        CounterStripe stripe = new CounterStripe();
        Counting counting = Counting.rolling(new long[] {PERIOD}, new long[] {9});
        for (int i = 1; i <= counters; i++) {
            Counter counter = counting.counter();
            counter.charge(1, 0, QUOTAS);
            stripe.add(new CounterKey(i, i), counter);
        }

        int early = stripe.sweep(10 * counters, 10 * counters, PERIOD - 1);
        int late = 0;
        for (int i = 0; i < 20; i++) {
            late += stripe.sweep(10 * counters, 10 * counters, PERIOD);
        }

        assertThat(early).isZero();
        assertThat(late).isEqualTo(counters);
        assertThat(stripe.size()).isZero();
        assertThat(stripe.rows()).isEqualTo(4);
    }
}
