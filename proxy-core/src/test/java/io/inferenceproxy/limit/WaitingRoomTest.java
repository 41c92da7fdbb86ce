package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls at once: who waits goes in turn, no longer than told, and leaves nothing behind. */
class WaitingRoomTest {

    private final StepScheduler io = new StepScheduler();

    private RateLimiter limiter(LimitPolicyOptions options) {
        return LimitPolicies.of(Map.of("p", options), io, LimitObserver.NONE).limiter();
    }

    private static LimitPolicyOptions atOnce(int calls, Duration wait) {
        return LimitPolicyOptions.DEFAULT
                .withAtOnce(calls)
                .withWindows(List.of())
                .withWait(wait);
    }

    private ProxyCall alice() {
        return ContentCall.by("i", "alice").call(io);
    }

    private ProxyCall by(String subject) {
        return ContentCall.by("i", subject).call(io);
    }

    private static CompletableFuture<LimitDecision> pending(LimitDecision decision) {
        assertThat(decision).isInstanceOf(LimitDecision.Pending.class);
        return ((LimitDecision.Pending) decision).decided().toCompletableFuture();
    }

    private static Charge admitted(LimitDecision decision) {
        assertThat(decision).isInstanceOf(LimitDecision.Admitted.class);
        return ((LimitDecision.Admitted) decision).charge();
    }

    @Test
    void withoutAWaitACallTooManyIsRefusedAtOnceAndTheNextOneAfterAnEndIsAdmitted() {
        RateLimiter limiter = limiter(atOnce(2, Duration.ZERO));
        Charge first = admitted(limiter.tryAcquire(alice()));
        admitted(limiter.tryAcquire(alice()));

        LimitDecision third = limiter.tryAcquire(alice());
        first.end();
        first.end();

        assertThat(third)
                .isInstanceOfSatisfying(
                        LimitDecision.Refused.class,
                        refused -> assertThat(refused.violated())
                                .extracting(LimitWindow::name)
                                .containsExactly("p-at-once"));
        admitted(limiter.tryAcquire(alice()));
        assertThat(limiter.tryAcquire(alice())).isInstanceOf(LimitDecision.Refused.class);
    }

    @Test
    void callsThatWaitGoInTheOrderInWhichTheyCameAndNobodyPassesThem() {
        RateLimiter limiter = limiter(atOnce(1, Duration.ofSeconds(2)));
        Charge running = admitted(limiter.tryAcquire(alice()));
        List<CompletableFuture<LimitDecision>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(pending(limiter.tryAcquire(alice())));
        }

        for (int i = 0; i < waiting.size(); i++) {
            assertThat(waiting.get(i)).isNotDone();
            running.end();
            running = admitted(waiting.get(i).join());
            for (int later = i + 1; later < waiting.size(); later++) {
                assertThat(waiting.get(later)).isNotDone();
            }
        }

        running.end();
        admitted(limiter.tryAcquire(alice()));
    }

    @Test
    void aCallWhoseTurnDoesNotComeInTimeIsRefused() {
        RateLimiter limiter = limiter(atOnce(1, Duration.ofSeconds(2)));
        admitted(limiter.tryAcquire(alice()));
        CompletableFuture<LimitDecision> waiting = pending(limiter.tryAcquire(alice()));

        io.advance(Duration.ofMillis(1_999));
        assertThat(waiting).isNotDone();
        io.advance(Duration.ofMillis(1));

        assertThat(waiting).isCompletedWithValueMatching(LimitDecision.Refused.class::isInstance);
    }

    @Test
    void aCallThatLeavesMakesRoomForTheOneBehindIt() {
        RateLimiter limiter = limiter(atOnce(1, Duration.ofSeconds(2)));
        Charge running = admitted(limiter.tryAcquire(alice()));
        ProxyCall leaver = alice();
        assertThat(limiter.tryAcquire(leaver)).isInstanceOf(LimitDecision.Pending.class);
        CompletableFuture<LimitDecision> second = pending(limiter.tryAcquire(alice()));

        leaver.end(CallEnd.CLIENT_GONE);
        running.end();

        admitted(second.join());
    }

    @Test
    void otherCallersDoNotWait() {
        RateLimiter limiter = limiter(atOnce(1, Duration.ofSeconds(2)));
        admitted(limiter.tryAcquire(alice()));
        assertThat(limiter.tryAcquire(alice())).isInstanceOf(LimitDecision.Pending.class);

        admitted(limiter.tryAcquire(ContentCall.by("i", "bob").call(io)));
    }

    @Test
    void whoWaitedAndIsOverAnotherLimitByThenIsRefusedForThat() {
        RateLimiter limiter =
                limiter(atOnce(1, Duration.ofSeconds(2)).withWindows(List.of(Window.parse("1 per hour"))));
        Charge running = admitted(limiter.tryAcquire(alice()));

        LimitDecision second = limiter.tryAcquire(alice());
        running.end();

        assertThat(second)
                .as("it need not wait to know")
                .isInstanceOfSatisfying(
                        LimitDecision.Refused.class,
                        refused -> assertThat(refused.violated())
                                .extracting(LimitWindow::name)
                                .contains("p-hour"));
    }

    @Test
    void whoWaitsForAPlaceOfTheirOwnHoldsUpNobodyWhoWaitsForOneOfAll() {
        Map<String, LimitPolicyOptions> policies = new LinkedHashMap<>();
        policies.put("own", atOnce(1, Duration.ofSeconds(10)));
        policies.put("all", atOnce(2, Duration.ofSeconds(10)).withKey(LimitKey.GLOBAL));
        RateLimiter limiter = LimitPolicies.of(policies, io, LimitObserver.NONE).limiter();
        Charge bob = admitted(limiter.tryAcquire(by("bob")));
        Charge carol = admitted(limiter.tryAcquire(by("carol")));
        CompletableFuture<LimitDecision> first = pending(limiter.tryAcquire(alice()));
        CompletableFuture<LimitDecision> second = pending(limiter.tryAcquire(alice()));

        bob.end();
        Charge running = admitted(first.join());
        carol.end();

        admitted(limiter.tryAcquire(by("dave")));
        running.end();
        LimitDecision moved = second.join();
        admitted(
                moved instanceof LimitDecision.Pending again
                        ? again.decided().toCompletableFuture().join()
                        : moved);
    }

    @Test
    void aPolicyThatOnlyWatchesLetsGoOfItsPlacesToo() {
        List<LimitOutcome> heard = new ArrayList<>();
        RateLimiter limiter = LimitPolicies.of(
                        Map.of("p", atOnce(1, Duration.ZERO).withMode(PolicyMode.SHADOW)),
                        io,
                        (window, outcome) -> heard.add(outcome))
                .limiter();

        for (int i = 0; i < 3; i++) {
            admitted(limiter.tryAcquire(alice())).end();
        }

        assertThat(heard).containsOnly(LimitOutcome.SHADOW_ADMITTED).hasSize(3);
        assertThat(limiter.mindsEnd()).isTrue();
    }

    @Test
    void theRoomIsBounded() {
        RateLimiter limiter = limiter(atOnce(1, Duration.ofSeconds(2)));
        admitted(limiter.tryAcquire(alice()));
        for (int i = 0; i < 1_000; i++) {
            assertThat(limiter.tryAcquire(alice())).isInstanceOf(LimitDecision.Pending.class);
        }

        assertThat(limiter.tryAcquire(alice())).isInstanceOf(LimitDecision.Refused.class);
    }
}
