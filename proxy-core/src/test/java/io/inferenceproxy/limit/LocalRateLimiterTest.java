package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exactness of limits, with seeded schedules; over 300 lines because they share the one clock. */
class LocalRateLimiterTest {

    private final ManualTicker ticker = new ManualTicker();
    private final Map<String, LimitPolicyOptions> options = new LinkedHashMap<>();

    private void policy(String name, LimitKey key, String windows) {
        options.put(name, LimitPolicyOptions.DEFAULT.withKey(key).withWindows(Window.parseAll(windows)));
    }

    private LimitPolicies policies() {
        return LimitPolicies.of(options, ticker, LimitObserver.NONE);
    }

    private static LimitDecision call(RateLimiter limiter, String user) {
        return limiter.tryAcquire(ContentCall.by("inference-proxy", user).call());
    }

    private static int admitted(RateLimiter limiter, String user, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += call(limiter, user) instanceof LimitDecision.Admitted ? 1 : 0;
        }
        return admitted;
    }

    private static List<Long> remaining(List<WindowStatus> statuses) {
        return statuses.stream().map(WindowStatus::remaining).toList();
    }

    @Test
    void whatWasChargedComesBackWhenAnHourSinceThenIsOver() {
        policy("per-user", LimitKey.USER, "50 per hour");
        RateLimiter limiter = policies().limiter();
        ticker.advance(Duration.ofMinutes(7));
        assertThat(admitted(limiter, "alice", 1)).isOne();
        ticker.advance(Duration.ofMinutes(59));
        assertThat(admitted(limiter, "alice", 60)).isEqualTo(49);

        ticker.advanceNanos(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(admitted(limiter, "alice", 1)).isZero();
        ticker.advanceNanos(1);

        assertThat(admitted(limiter, "alice", 100)).as("the first alone").isOne();
        ticker.advance(Duration.ofMinutes(59));
        assertThat(admitted(limiter, "alice", 100)).isEqualTo(49);
    }

    @Test
    void allPoliciesAreChargedOrNone() {
        policy("per-user", LimitKey.USER, "5 per hour; 8 per day");
        policy("global", LimitKey.GLOBAL, "3 per hour");
        RateLimiter limiter = policies().limiter();
        assertThat(admitted(limiter, "alice", 5)).isEqualTo(3);

        LimitDecision refused = call(limiter, "alice");

        assertThat(refused).isInstanceOfSatisfying(LimitDecision.Refused.class, decision -> {
            assertThat(remaining(decision.statuses())).containsExactly(2L, 5L, 0L);
            assertThat(decision.violated()).extracting(LimitWindow::name).containsExactly("global-hour");
        });
        assertThat(remaining(
                        limiter.peek(ContentCall.by("inference-proxy", "bob").call())))
                .as("bob was never charged")
                .containsExactly(5L, 8L, 0L);
    }

    @Test
    void theWaitIsTheLongestOfTheViolatedWindowsAndACallMadeThenIsAdmitted() {
        policy("per-user", LimitKey.USER, "2 per minute; 2 per 10 minutes; 100 per day");
        RateLimiter limiter = policies().limiter();
        admitted(limiter, "alice", 2);
        ticker.advance(Duration.ofMillis(1_500));

        LimitDecision.Refused refused = (LimitDecision.Refused) call(limiter, "alice");

        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(598_500));
        assertThat(refused.violated())
                .extracting(LimitWindow::name)
                .containsExactly("per-user-minute", "per-user-10-minutes");
        ticker.advanceNanos(refused.retryAfter().toNanos() - 1);
        assertThat(admitted(limiter, "alice", 1)).isZero();
        ticker.advanceNanos(1);
        assertThat(admitted(limiter, "alice", 1)).isOne();
    }

    @Test
    void statusesTellQuotaWindowRemainingAndResetRoundedUp() {
        policy("per-user", LimitKey.USER, "50 per hour; 200 per day");
        RateLimiter limiter = policies().limiter();
        LimitDecision first = call(limiter, "alice");
        ticker.advance(Duration.ofMillis(10_001));

        LimitDecision second = call(limiter, "alice");

        LimitWindow hour = new LimitWindow("per-user-hour", 50, 3_600);
        LimitWindow day = new LimitWindow("per-user-day", 200, 86_400);
        assertThat(first.statuses())
                .containsExactly(new WindowStatus(hour, 49, 3_600), new WindowStatus(day, 199, 86_400));
        assertThat(second.statuses())
                .containsExactly(new WindowStatus(hour, 48, 3_590), new WindowStatus(day, 198, 86_390));
        assertThat(limiter.windows()).containsExactly(hour, day);
    }

    @Test
    void peekingChargesNothingAndShowsWholeWindowsToNewcomers() {
        policy("per-user", LimitKey.USER, "50 per hour");
        RateLimiter limiter = policies().limiter();
        for (int i = 0; i < 100; i++) {
            limiter.peek(ContentCall.by("inference-proxy", "alice").call());
        }

        List<WindowStatus> seen =
                limiter.peek(ContentCall.by("inference-proxy", "alice").call());

        assertThat(seen).containsExactly(new WindowStatus(new LimitWindow("per-user-hour", 50, 3_600), 50, 3_600));
        assertThat(admitted(limiter, "alice", 60)).isEqualTo(50);
    }

    @Test
    void peekingAfterTheWindowIsOverShowsItWhole() {
        policy("per-user", LimitKey.USER, "50 per hour");
        RateLimiter limiter = policies().limiter();
        admitted(limiter, "alice", 50);
        ticker.advance(Duration.ofHours(1));

        List<WindowStatus> seen =
                limiter.peek(ContentCall.by("inference-proxy", "alice").call());

        assertThat(seen).containsExactly(new WindowStatus(new LimitWindow("per-user-hour", 50, 3_600), 50, 3_600));
    }

    @Test
    void aCallGivenBackIsAsIfItHadNotBeenMade() {
        policy("per-user", LimitKey.USER, "2 per hour; 3 per day");
        RateLimiter limiter = policies().limiter();
        LimitDecision.Admitted first = (LimitDecision.Admitted) call(limiter, "alice");
        admitted(limiter, "alice", 1);

        first.charge().giveBack();
        first.charge().giveBack();

        assertThat(remaining(
                        limiter.peek(ContentCall.by("inference-proxy", "alice").call())))
                .containsExactly(1L, 2L);
    }

    @Test
    void aCallGivenBackDoesNotBringOthersBackEarlier() {
        policy("per-user", LimitKey.USER, "2 per hour");
        RateLimiter limiter = policies().limiter();
        ((LimitDecision.Admitted) call(limiter, "alice")).charge().giveBack();
        ticker.advance(Duration.ofMinutes(50));
        admitted(limiter, "alice", 2);
        ticker.advance(Duration.ofMinutes(20));

        assertThat(admitted(limiter, "alice", 1)).isZero();
    }

    @Test
    void aChargeOfAnHourThatIsOverGivesTheNextHourNothing() {
        policy("per-user", LimitKey.USER, "2 per hour; 10 per day");
        RateLimiter limiter = policies().limiter();
        LimitDecision.Admitted slow = (LimitDecision.Admitted) call(limiter, "alice");
        ticker.advance(Duration.ofMinutes(61));
        admitted(limiter, "alice", 2);

        slow.charge().giveBack();

        assertThat(admitted(limiter, "alice", 1)).as("third of that hour").isZero();
        assertThat(remaining(
                        limiter.peek(ContentCall.by("inference-proxy", "alice").call())))
                .as("the day goes on, and has it back")
                .containsExactly(0L, 8L);
    }

    @Test
    void routesUnderTheSamePolicyDrawOnTheSameQuota() {
        policy("per-user", LimitKey.USER, "5 per hour");
        policy("strict", LimitKey.USER, "2 per hour");
        LimitPolicies shared = policies();
        RateLimiter one = shared.limiter("r", List.of("strict", "per-user"));
        RateLimiter other = shared.limiter("r", List.of("per-user"));

        int here = admitted(one, "alice", 9);
        int there = admitted(other, "alice", 9);

        assertThat(here).isEqualTo(2);
        assertThat(there).isEqualTo(3);
        assertThat(one.windows())
                .extracting(LimitWindow::name)
                .as("in the order of the policies")
                .containsExactly("per-user-hour", "strict-hour");
    }

    @Test
    void theSameSubjectOfTwoIssuersIsTwoCallers() {
        policy("per-user", LimitKey.USER, "1 per hour");
        RateLimiter limiter = policies().limiter();
        limiter.tryAcquire(ContentCall.by("a", "alice").call());

        LimitDecision other = limiter.tryAcquire(ContentCall.by("b", "alice").call());

        assertThat(other).isInstanceOf(LimitDecision.Admitted.class);
    }

    @Test
    void usersAreCountedWhereverTheyCallFromAndStrangersByAddress() {
        policy("per-user", LimitKey.USER, "1 per hour");
        RateLimiter limiter = policies().limiter();
        ContentCall alice = ContentCall.by("i", "alice");
        ContentCall nobody = ContentCall.json("{}");

        assertThat(limiter.tryAcquire(alice.call())).isInstanceOf(LimitDecision.Admitted.class);
        assertThat(limiter.tryAcquire(alice.withAddress("192.0.2.9").call())).isInstanceOf(LimitDecision.Refused.class);
        assertThat(limiter.tryAcquire(nobody.call())).isInstanceOf(LimitDecision.Admitted.class);
        assertThat(limiter.tryAcquire(nobody.call())).isInstanceOf(LimitDecision.Refused.class);
        assertThat(limiter.tryAcquire(nobody.withAddress("192.0.2.9").call()))
                .isInstanceOf(LimitDecision.Admitted.class);
    }

    @Test
    void addressesOfOneIpv6NetworkAreCountedTogether() {
        policy("per-address", LimitKey.ADDRESS, "1 per hour");
        RateLimiter limiter = policies().limiter();
        ContentCall call = ContentCall.json("{}");
        limiter.tryAcquire(call.withAddress("2001:db8:1:2::1").call());

        LimitDecision same =
                limiter.tryAcquire(call.withAddress("2001:db8:1:2:ffff::9").call());
        LimitDecision other =
                limiter.tryAcquire(call.withAddress("2001:db8:1:3::1").call());

        assertThat(same).isInstanceOf(LimitDecision.Refused.class);
        assertThat(other).isInstanceOf(LimitDecision.Admitted.class);
    }

    @Test
    void routesAreCountedApartWhoeverCalls() {
        policy("per-route", LimitKey.ROUTE, "1 per hour");
        RateLimiter limiter = policies().limiter();
        limiter.tryAcquire(ContentCall.by("i", "alice").withRoute("one").call());

        LimitDecision same =
                limiter.tryAcquire(ContentCall.by("i", "bob").withRoute("one").call());
        LimitDecision other =
                limiter.tryAcquire(ContentCall.by("i", "alice").withRoute("two").call());

        assertThat(same).isInstanceOf(LimitDecision.Refused.class);
        assertThat(other).isInstanceOf(LimitDecision.Admitted.class);
        assertThat(limiter.peek(ContentCall.by("i", "alice").withRoute("").call()))
                .as("on no route")
                .isEmpty();
    }

    @Test
    void aPolicyThatDoesNotExistIsToldWithThoseThatDo() {
        policy("per-user", LimitKey.USER, "1 per hour");
        policy("global", LimitKey.GLOBAL, "1 per hour");

        assertThatThrownBy(() -> policies().limiter("r", List.of("per-usr")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limits: per-usr (expected: one of per-user, global)");
    }

    @Test
    void theObserverHearsOfAllWindowsThatAdmitAndOfThoseThatRefuse() {
        policy("per-user", LimitKey.USER, "1 per hour; 9 per day");
        List<String> heard = new ArrayList<>();
        RateLimiter limiter = LimitPolicies.of(options, ticker, (window, outcome) -> heard.add(window + " " + outcome))
                .limiter();

        admitted(limiter, "alice", 2);

        assertThat(heard).containsExactly("per-user-hour ADMITTED", "per-user-day ADMITTED", "per-user-hour REFUSED");
    }

    @Test
    void theLargestQuotaOverTheLongestWindowDoesNotOverflow() {
        policy("per-user", LimitKey.USER, "1000000000000 per 366 days; 1000000000 per second");
        RateLimiter limiter = policies().limiter();
        call(limiter, "alice");
        ticker.advance(Duration.ofDays(200));

        LimitDecision late = call(limiter, "alice");

        assertThat(remaining(late.statuses())).containsExactly(999_999_999_998L, 999_999_999L);
        assertThat(late.statuses().get(0).resetSeconds())
                .as("within a 512th of the period")
                .isBetween(
                        Duration.ofDays(166).toSeconds(),
                        Duration.ofDays(166).toSeconds() + Duration.ofDays(366).toSeconds() / 512);
        ticker.advance(Duration.ofDays(20_000));
        assertThat(remaining(call(limiter, "alice").statuses())).containsExactly(999_999_999_999L, 999_999_999L);
    }

    @Test
    void anUnusualOriginOfTheClockChangesNothing() {
        policy("per-user", LimitKey.USER, "1 per hour");
        ManualTicker wrapping = new ManualTicker(Long.MAX_VALUE - 1_000);
        RateLimiter limiter =
                LimitPolicies.of(options, wrapping, LimitObserver.NONE).limiter();
        admitted(limiter, "alice", 1);
        wrapping.advance(Duration.ofMinutes(59));
        assertThat(admitted(limiter, "alice", 1)).isZero();

        wrapping.advance(Duration.ofMinutes(1));

        assertThat(admitted(limiter, "alice", 1)).isOne();
    }
}
