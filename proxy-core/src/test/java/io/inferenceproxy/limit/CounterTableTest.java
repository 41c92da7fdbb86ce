package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CounterTableTest {

    private final ManualTicker ticker = new ManualTicker();

    private final CounterKeys keys = CounterKeys.random();

    private static LimitPolicy table(int maxKeys) {
        return LimitPolicy.of(
                        "p",
                        LimitPolicyOptions.DEFAULT
                                .withWindows(List.of(Window.parse("2 per hour")))
                                .withMaxKeys(maxKeys))
                .get(0);
    }

    private CounterKey user(int number) {
        return keys.of(LimitKey.Kind.USER, "i", "user-" + number);
    }

    private static Claim claim(LimitPolicy policy, CounterKey key, Claim... next) {
        return new Claim(policy, key, policy.standard(), 1, next.length == 0 ? null : next[0]);
    }

    /** Charges a call and returns how long it must wait. */
    private long charge(LimitPolicy table, int user, LimitClock clock) {
        return claim(table, user(user)).tryCharge(clock);
    }

    private long remaining(LimitPolicy table, int user, LimitClock clock) {
        List<WindowStatus> statuses = new ArrayList<>();
        table.table().peek(user(user), table.standard(), clock, statuses);
        return statuses.get(0).remaining();
    }

    @Test
    void aCounterWithAChargeStaysAndFullOnesMakeRoom() {
        LimitPolicy table = table(100);
        LimitClock clock = new LimitClock(ticker);
        charge(table, 0, clock);

        for (int i = 1; i < 10_000; i++) {
            Claim claim = claim(table, user(i));
            claim.tryCharge(clock);
            claim.giveBack(1, clock);
        }

        assertThat(remaining(table, 0, clock)).isOne();
        assertThat(table.table().size()).isLessThanOrEqualTo(100);
    }

    @Test
    void pastTheBoundNewcomersShareOneCounter() {
        LimitPolicy table = table(10);
        LimitClock clock = new LimitClock(ticker);
        for (int i = 0; i < 10; i++) {
            charge(table, i, clock);
        }

        charge(table, 10, clock);
        charge(table, 11, clock);

        assertThat(charge(table, 12, clock)).isPositive();
        assertThat(remaining(table, 13, clock)).isZero();
        assertThat(remaining(table, 9, clock)).as("its own").isOne();
        assertThat(table.table().size()).isEqualTo(10);
    }

    @Test
    void newcomersHaveCountersOfTheirOwnOnceTheWindowsOfOthersAreOver() {
        LimitPolicy table = table(10);
        LimitClock clock = new LimitClock(ticker);
        for (int i = 0; i < 12; i++) {
            charge(table, i, clock);
        }
        assertThat(charge(table, 20, clock)).as("with the two before").isPositive();
        ticker.advance(Duration.ofHours(1));

        for (int i = 20; i < 30; i++) {
            charge(table, i, clock);
        }

        for (int i = 20; i < 30; i++) {
            assertThat(remaining(table, i, clock)).isOne();
        }
        assertThat(table.table().size()).isEqualTo(10);
    }

    @Test
    void aNewcomerThatIsRefusedTakesNoRoom() {
        LimitPolicy other = table(10);
        LimitPolicy table = table(10);
        LimitClock clock = new LimitClock(ticker);
        claim(other, user(77)).tryCharge(clock);
        claim(other, user(77)).tryCharge(clock);

        long wait = claim(table, user(0), claim(other, user(77))).tryCharge(clock);

        assertThat(wait).isPositive();
        assertThat(table.table().size()).isZero();
    }

    @Test
    void aChargeOfTheSharedCounterIsGivenBackToIt() {
        LimitPolicy table = table(1);
        LimitClock clock = new LimitClock(ticker);
        charge(table, 0, clock);
        Claim claim = claim(table, user(1));
        claim.tryCharge(clock);
        charge(table, 2, clock);

        claim.giveBack(1, clock);

        assertThat(charge(table, 3, clock)).isZero();
        assertThat(charge(table, 4, clock)).isPositive();
    }

    @Test
    void theRoomOfThoseWhoWentAwayIsReturned() {
        LimitPolicy table = table(100_000);
        LimitClock clock = new LimitClock(ticker);
        for (int i = 0; i < 20_000; i++) {
            charge(table, i, clock);
        }
        ticker.advance(Duration.ofHours(1));

        for (int i = 0; i < 30_000; i++) {
            Claim claim = claim(table, user(100_000 + i));
            claim.tryCharge(clock);
            claim.giveBack(1, clock);
        }

        assertThat(table.table().size()).isLessThan(1_000);
        assertThat(table.table().rows()).isLessThan(10_000);
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
