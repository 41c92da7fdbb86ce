package io.inferenceproxy.limit;

import static io.inferenceproxy.limit.SharedHarness.admitted;
import static io.inferenceproxy.limit.SharedHarness.atOnce;
import static io.inferenceproxy.limit.SharedHarness.degraded;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.limit.ScriptedCounters.Asked;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Calls that wait for places which all proxies count: who asks, in which order, and that nothing is left of who leaves.
 *
 * <p>It is over 300 lines because each way in which a wait may end has its test, with the others and without.
 */
class SharedWaitTest {

    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long NOW = 5_000_000;
    private static final long SECOND = 1_000_000;

    private final ScriptedCounters counters = new ScriptedCounters();
    private SharedHarness shared = new SharedHarness(counters, OnFailure.SHARE, patient(1));

    @AfterEach
    void nothingIsLeft() {
        counters.down(false);
        shared.close();
        assertThat(shared.io.timers()).as("timers").isZero();
        assertThat(shared.held()).as("calls under way").isEmpty();
    }

    private static LimitPolicyOptions patient(int calls) {
        return atOnce(calls).withWait(WAIT);
    }

    private void over(OnFailure onFailure, LimitPolicyOptions policy) {
        shared.close();
        shared = new SharedHarness(counters, onFailure, policy);
    }

    private Charge running() {
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        counters.onlyAsked().admit(NOW, 0);
        return admitted(decision.join());
    }

    /** A call that was refused twice: when it came, and when it was the first of those who wait. */
    private CompletableFuture<LimitDecision> waiting(ProxyCall call) {
        CompletableFuture<LimitDecision> decision = shared.pending(call);
        Asked newcomer = counters.onlyAsked();
        assertThat(newcomer.request().patience()).isZero();
        newcomer.refuse(NOW, SECOND);
        Asked patient = counters.onlyAsked();
        assertThat(patient.request().patience()).as("it waits").isPositive();
        patient.refuse(NOW, SECOND);
        return decision;
    }

    private void end(Charge charge) {
        charge.end();
        assertThat(counters.asked()).extracting(each -> each.request().verb()).containsOnly(Verb.GIVE_BACK);
    }

    @Test
    void onlyTheFirstAsksNowAndThenAndAtOnceWhenAPlaceIsFree() {
        Charge running = running();
        CompletableFuture<LimitDecision> first = waiting(shared.alice());
        CompletableFuture<LimitDecision> second = shared.pending(shared.alice());
        assertThat(counters.asked()).as("behind others").isEmpty();
        for (int i = 0; i < 5; i++) {
            shared.io.advance(PAUSE);
            counters.onlyAsked().refuse(NOW, SECOND);
        }

        running.end();

        List<Asked> asked = counters.asked();
        assertThat(asked).extracting(each -> each.request().verb()).containsExactly(Verb.GIVE_BACK, Verb.CHARGE);
        assertThat(second).isNotDone();
        asked.get(1).admit(NOW, 0);
        Charge next = admitted(first.join());
        counters.onlyAsked().admit(NOW, 0);
        end(admitted(second.join()));
        end(next);
        assertThat(shared.observed).containsExactly("p-at-once ADMITTED", "p-at-once ADMITTED", "p-at-once ADMITTED");
    }

    @Test
    void whoIsRefusedLaterThoughItCameFirstGoesFirst() {
        Charge running = running();
        CompletableFuture<LimitDecision> first = shared.pending(shared.alice());
        shared.io.advance(Duration.ofMillis(1));
        CompletableFuture<LimitDecision> second = shared.pending(shared.alice());
        List<Asked> asked = counters.asked();
        asked.get(1).refuse(NOW, SECOND);
        counters.onlyAsked().refuse(NOW, SECOND);
        asked.get(0).refuse(NOW, SECOND);
        counters.onlyAsked().refuse(NOW, SECOND);

        running.end();
        counters.asked().get(1).admit(NOW, 0);

        assertThat(second).isNotDone();
        Charge next = admitted(first.join());
        counters.onlyAsked().admit(NOW, 0);
        end(next);
        end(admitted(second.join()));
    }

    @Test
    void aPlaceThatIsFreedWhileTheAnswerIsOutIsAskedForOnceMore() {
        Charge running = running();
        CompletableFuture<LimitDecision> first = waiting(shared.alice());
        shared.io.advance(PAUSE);
        Asked before = counters.onlyAsked();

        end(running);
        before.refuse(NOW, SECOND);

        counters.onlyAsked().admit(NOW, 0);
        end(admitted(first.join()));
    }

    @Test
    void whoLeavesWhileTheAnswerIsOutHoldsNothingAndTheNextGetsThePlace() {
        over(OnFailure.SHARE, patient(1).withWindows(Window.parseAll("30 per hour")));
        Charge running = running();
        ProxyCall leaver = shared.alice();
        CompletableFuture<LimitDecision> left = shared.pending(leaver);
        refusedForPlaces(counters.onlyAsked());
        Asked out = counters.onlyAsked();
        CompletableFuture<LimitDecision> second = shared.pending(shared.alice());
        looked(counters.onlyAsked(), 0);

        leaver.end(CallEnd.CLIENT_GONE);
        out.admit(NOW, 0);

        assertThat(left).isCompletedWithValueMatching(LimitDecision.Refused.class::isInstance);
        List<Asked> asked = counters.asked();
        assertThat(asked)
                .extracting(each -> each.request().verb())
                .as("the window and the place")
                .containsExactly(Verb.GIVE_BACK, Verb.GIVE_BACK, Verb.CHARGE);
        asked.get(2).admit(NOW, 0);
        end(admitted(second.join()));
        end(running);
    }

    @Test
    void whoseTurnDoesNotComeInTimeIsRefusedAndTheNextAsksInItsStead() {
        Charge running = running();
        CompletableFuture<LimitDecision> first = waiting(shared.alice());
        refuseFor(WAIT.dividedBy(2));
        CompletableFuture<LimitDecision> second = shared.pending(shared.alice());
        refuseFor(WAIT.dividedBy(2));

        assertThat(first.join()).isInstanceOfSatisfying(LimitDecision.Refused.class, refused -> {
            assertThat(refused.violated()).extracting(LimitWindow::name).containsExactly("p-at-once");
            assertThat(refused.statuses()).extracting(WindowStatus::remaining).containsExactly(0L);
            assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        });
        assertThat(shared.observed).containsExactly("p-at-once ADMITTED", "p-at-once REFUSED");
        assertThat(second).isNotDone();
        shared.io.advance(PAUSE);
        counters.onlyAsked().admit(NOW, 0);
        end(admitted(second.join()));
        end(running);
    }

    /** Refuses all who ask in that time. */
    private void refuseFor(Duration time) {
        long pauses = time.dividedBy(PAUSE);
        for (int i = 0; i < pauses; i++) {
            shared.io.advance(PAUSE);
            counters.asked().forEach(each -> each.refuse(NOW, SECOND));
        }
    }

    /** Refuses a call for the last of its windows, which counts calls under way. */
    private static void refusedForPlaces(Asked asked) {
        asked.answer().complete(new Answer(false, 0, SECOND));
    }

    /** Tells a call how long it would have to wait for the window with a period. */
    private static void looked(Asked asked, long wait) {
        assertThat(asked.request().verb()).isEqualTo(Verb.PEEK);
        asked.answer().complete(new Answer(true, wait, SECOND));
    }

    /** What is said of a window with a period, and of calls under way. */
    private record Answer(boolean isDone, long period, long places) implements SharedAnswer {
        @Override
        public long now() {
            return NOW;
        }

        @Override
        public long remaining(int claim) {
            return waitMicros(claim) == 0 ? 1 : 0;
        }

        @Override
        public long resetMicros(int claim) {
            return SECOND;
        }

        @Override
        public long waitMicros(int claim) {
            return claim == 0 ? period : places;
        }
    }

    @Test
    void whoIsOverAnotherLimitIsRefusedAtOnceBehindOthersToo() {
        over(OnFailure.SHARE, patient(1).withWindows(Window.parseAll("30 per hour")));
        Charge running = running();
        CompletableFuture<LimitDecision> first = shared.pending(shared.alice());
        refusedForPlaces(counters.onlyAsked());
        refusedForPlaces(counters.onlyAsked());

        CompletableFuture<LimitDecision> second = shared.pending(shared.alice());
        looked(counters.onlyAsked(), 7 * SECOND);

        assertThat(second.join()).isInstanceOfSatisfying(LimitDecision.Refused.class, refused -> {
            assertThat(refused.violated()).extracting(LimitWindow::name).contains("p-hour");
            assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        });
        assertThat(first).isNotDone();
        running.end();
        counters.asked().get(1).admit(NOW, 0);
        end(admitted(first.join()));
    }

    @Test
    void whenNobodyAnswersThoseWhoWaitAreDecidedByTheRuleThatHoldsThen() {
        over(OnFailure.OPEN, patient(1));
        Charge running = running();
        ProxyCall call = shared.alice();
        CompletableFuture<LimitDecision> first = waiting(call);
        CompletableFuture<LimitDecision> second = shared.pending(shared.alice());
        counters.down(true);

        shared.io.advance(PAUSE);

        assertThat(first).isCompletedWithValue(LimitDecision.UNLIMITED);
        assertThat(second).isCompletedWithValue(LimitDecision.UNLIMITED);
        assertThat(degraded(call)).containsExactly("open");
        running.end();
    }

    @Test
    void withoutTheOthersWhoWaitsGetsThePlaceOfWhoEndsHere() {
        Charge running = running();
        ProxyCall call = shared.alice();
        CompletableFuture<LimitDecision> first = waiting(call);
        counters.down(true);
        for (int i = 0; i < 5; i++) {
            shared.io.advance(PAUSE);
            assertThat(first).as("one is under way here").isNotDone();
        }

        running.end();

        admitted(first.join()).end();
        assertThat(degraded(call)).as("told once").containsExactly("share");
    }

    @Test
    void closedEndsTheWaiting() {
        over(OnFailure.CLOSED, patient(1));
        Charge running = running();
        CompletableFuture<LimitDecision> first = waiting(shared.alice());
        counters.down(true);

        shared.io.advance(PAUSE);

        assertThat(first).isCompletedWithValueMatching(LimitDecision.Unavailable.class::isInstance);
        running.end();
    }

    @Test
    void whoWaitsThroughAnOutageIsNotToldOfItAfterwards() {
        Charge running = running();
        ProxyCall call = shared.alice();
        CompletableFuture<LimitDecision> first = waiting(call);
        shared.io.advance(PAUSE);
        Asked late = counters.onlyAsked();
        shared.io.advance(RedisOptions.DEFAULT.timeout());
        late.refuse(NOW, SECOND);
        assertThat(first).isNotDone();

        running.end();

        counters.asked().get(1).admit(NOW, 0);
        end(admitted(first.join()));
        assertThat(degraded(call)).isEmpty();
    }

    @Test
    void manyWhoWaitAskLessOften() {
        over(OnFailure.SHARE, patient(1).withWait(Duration.ofSeconds(30)));
        int many = 500;
        List<ProxyCall> calls = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            ProxyCall call = ContentCall.by("i", "caller " + i).call(shared.io);
            calls.add(call);
            assertThat(waiting(call)).isNotDone();
        }

        int asked = 0;
        for (int i = 0; i < 100; i++) {
            shared.io.advance(Duration.ofMillis(10));
            List<Asked> now = counters.asked();
            asked += now.size();
            now.forEach(each -> each.refuse(NOW, SECOND));
        }

        assertThat(asked).as("in a second").isBetween(many, 2_000);
        calls.forEach(each -> each.end(CallEnd.CLIENT_GONE));
    }
}
