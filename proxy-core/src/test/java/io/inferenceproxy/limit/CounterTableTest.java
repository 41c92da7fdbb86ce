package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CounterTableTest {

    private static final long NOW = 5;

    private final ManualTicker ticker = new ManualTicker();

    private static CounterTable table(int maxKeys) {
        return new CounterTable("p", List.of(Window.parse("2 per hour")), maxKeys);
    }

    private static CounterKey user(int number) {
        return new CounterKey(LimitKey.USER, "i", "user-" + number);
    }

    private static void charge(Counter counter, long now) {
        synchronized (counter) {
            counter.refresh(now);
            counter.charge(now);
        }
    }

    @Test
    void aCounterWithAChargeStaysAndFullOnesMakeRoom() {
        CounterTable table = table(100);
        Counter charged = table.counter(user(0), NOW);
        charge(charged, NOW);

        for (int i = 1; i < 10_000; i++) {
            table.counter(user(i), NOW);
        }

        assertThat(table.counter(user(0), NOW)).isSameAs(charged);
        assertThat(table.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void pastTheBoundNewcomersShareOneCounter() {
        CounterTable table = table(10);
        for (int i = 0; i < 10; i++) {
            charge(table.counter(user(i), NOW), NOW);
        }

        Counter one = table.counter(user(10), NOW);
        Counter other = table.counter(user(11), NOW);

        assertThat(one).isSameAs(other);
        assertThat(table.find(user(12))).isSameAs(one);
        assertThat(table.size()).isEqualTo(10);
    }

    @Test
    void newcomersHaveCountersOfTheirOwnOnceTheWindowsOfOthersAreOver() {
        CounterTable table = table(10);
        for (int i = 0; i < 10; i++) {
            charge(table.counter(user(i), NOW), NOW);
        }
        Counter shared = table.counter(user(10), NOW);
        long later = NOW + Duration.ofHours(1).toNanos();

        Counter own = table.counter(user(10), later);

        assertThat(own).isNotSameAs(shared);
        assertThat(table.size()).isEqualTo(10);
    }

    @Test
    void anEvictedCounterSaysSo() {
        CounterTable table = table(1);
        Counter first = table.counter(user(0), NOW);

        Counter second = table.counter(user(1), NOW);

        assertThat(first.isEvicted()).isTrue();
        assertThat(second.isEvicted()).isFalse();
        assertThat(table.find(user(1))).isSameAs(second);
    }

    @Test
    void theBoundHoldsUnderAFloodOfNewcomersWhoAreAllCharged() {
        LimitPolicyOptions options = LimitPolicyOptions.DEFAULT
                .withWindows(List.of(Window.parse("2 per hour")))
                .withMaxKeys(50);
        RateLimiter limiter = LimitPolicies.of(Map.of("per-user", options), ticker, LimitObserver.NONE)
                .limiter();
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            LimitDecision decision =
                    limiter.tryAcquire(ContentCall.by("i", "user-" + i).call());
            admitted += decision instanceof LimitDecision.Admitted ? 1 : 0;
        }

        assertThat(admitted).as("50 of their own and 2 in the overflow").isEqualTo(52);
        assertThat(limiter.peek(ContentCall.by("i", "user-2000").call()))
                .extracting(WindowStatus::remaining)
                .as("what a newcomer would share")
                .containsExactly(0L);
    }
}
