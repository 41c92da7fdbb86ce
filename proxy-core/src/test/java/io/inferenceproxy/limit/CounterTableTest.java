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

    private static CounterTable table(int maxKeys) {
        return new CounterTable("p", List.of(Window.parse("2 per hour")), maxKeys);
    }

    private static CounterKey user(int number) {
        return CounterKey.of(LimitKey.USER, "i", "user-" + number);
    }

    /** Charges a call and returns how long it must wait. */
    private static long charge(CounterTable table, int user, NanoClock clock) {
        return new Claim(table, user(user), null).tryCharge(clock);
    }

    private static long remaining(CounterTable table, int user, NanoClock clock) {
        List<WindowStatus> statuses = new ArrayList<>();
        table.peek(user(user), clock, statuses);
        return statuses.get(0).remaining();
    }

    @Test
    void aCounterWithAChargeStaysAndFullOnesMakeRoom() {
        CounterTable table = table(100);
        NanoClock clock = new NanoClock(ticker);
        charge(table, 0, clock);

        for (int i = 1; i < 10_000; i++) {
            Claim claim = new Claim(table, user(i), null);
            claim.tryCharge(clock);
            claim.giveBack();
        }

        assertThat(remaining(table, 0, clock)).isOne();
        assertThat(table.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void pastTheBoundNewcomersShareOneCounter() {
        CounterTable table = table(10);
        NanoClock clock = new NanoClock(ticker);
        for (int i = 0; i < 10; i++) {
            charge(table, i, clock);
        }

        charge(table, 10, clock);
        charge(table, 11, clock);

        assertThat(charge(table, 12, clock)).isPositive();
        assertThat(remaining(table, 13, clock)).isZero();
        assertThat(remaining(table, 9, clock)).as("its own").isOne();
        assertThat(table.size()).isEqualTo(10);
    }

    @Test
    void newcomersHaveCountersOfTheirOwnOnceTheWindowsOfOthersAreOver() {
        CounterTable table = table(10);
        NanoClock clock = new NanoClock(ticker);
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
        assertThat(table.size()).isEqualTo(10);
    }

    @Test
    void aNewcomerThatIsRefusedTakesNoRoom() {
        CounterTable other = table(10);
        CounterTable table = table(10);
        NanoClock clock = new NanoClock(ticker);
        new Claim(other, CounterKey.GLOBAL, null).tryCharge(clock);
        new Claim(other, CounterKey.GLOBAL, null).tryCharge(clock);

        long wait = new Claim(table, user(0), new Claim(other, CounterKey.GLOBAL, null)).tryCharge(clock);

        assertThat(wait).isPositive();
        assertThat(table.size()).isZero();
    }

    @Test
    void aChargeOfTheSharedCounterIsGivenBackToIt() {
        CounterTable table = table(1);
        NanoClock clock = new NanoClock(ticker);
        charge(table, 0, clock);
        Claim claim = new Claim(table, user(1), null);
        claim.tryCharge(clock);
        charge(table, 2, clock);

        claim.giveBack();

        assertThat(charge(table, 3, clock)).isZero();
        assertThat(charge(table, 4, clock)).isPositive();
    }

    @Test
    void theRoomOfThoseWhoWentAwayIsReturned() {
        CounterTable table = table(100_000);
        NanoClock clock = new NanoClock(ticker);
        for (int i = 0; i < 20_000; i++) {
            charge(table, i, clock);
        }
        ticker.advance(Duration.ofHours(1));

        for (int i = 0; i < 30_000; i++) {
            Claim claim = new Claim(table, user(100_000 + i), null);
            claim.tryCharge(clock);
            claim.giveBack();
        }

        assertThat(table.size()).isLessThan(1_000);
        assertThat(table.rows()).isLessThan(10_000);
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
