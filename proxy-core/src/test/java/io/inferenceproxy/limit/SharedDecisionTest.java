package io.inferenceproxy.limit;

import static io.inferenceproxy.limit.SharedHarness.admitted;
import static io.inferenceproxy.limit.SharedHarness.atOnce;
import static io.inferenceproxy.limit.SharedHarness.degraded;
import static io.inferenceproxy.limit.SharedHarness.windows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.limit.ScriptedCounters.Asked;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Decisions over counters that answer in time, late, wrongly or never.
 *
 * <p>It is over 300 lines because its cases share counters whose answers they give.
 */
class SharedDecisionTest {

    private static final Duration TIMEOUT = RedisOptions.DEFAULT.timeout();
    private static final long NOW = 5_000_000;

    private final ScriptedCounters counters = new ScriptedCounters().withReplicas(3);
    private SharedHarness shared = new SharedHarness(counters, OnFailure.SHARE, windows("30 per hour"));

    private void over(OnFailure onFailure, LimitPolicyOptions policy) {
        shared = new SharedHarness(counters, onFailure, policy);
    }

    @AfterEach
    void nothingIsLeft() {
        counters.down(false); // what is told at the end is answered
        shared.close();
        assertThat(shared.io.timers()).as("timers").isZero();
        assertThat(shared.held()).as("calls under way").isEmpty();
        assertThat(counters.isClosed()).isTrue();
    }

    @Test
    void anAnswerInTimeDecidesAndTellsHowTheWindowsStand() {
        ProxyCall call = shared.alice();
        CompletableFuture<LimitDecision> decision = shared.pending(call);
        Asked asked = counters.onlyAsked();

        asked.admit(NOW, 12);

        admitted(decision.join());
        assertThat(decision.join().statuses())
                .extracting(WindowStatus::remaining)
                .containsExactly(12L);
        assertThat(degraded(call)).isEmpty();
        assertThat(asked.request().verb()).isEqualTo(Verb.CHARGE);
        assertThat(shared.observed).containsExactly("p-hour ADMITTED");
    }

    @Test
    void aRefusalNamesTheWindowsAndWhenToComeAgain() {
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());

        counters.onlyAsked().refuse(NOW, 7_000_000);

        assertThat(decision.join()).isInstanceOfSatisfying(LimitDecision.Refused.class, refused -> {
            assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(7));
            assertThat(refused.violated()).extracting(LimitWindow::name).containsExactly("p-hour");
        });
        assertThat(shared.observed).containsExactly("p-hour REFUSED");
    }

    @Test
    void aChargeThatComesTooLateIsGivenBackSinceItWasDecidedWithoutIt() {
        ProxyCall call = shared.alice();
        CompletableFuture<LimitDecision> decision = shared.pending(call);
        Asked asked = counters.onlyAsked();

        shared.io.advance(TIMEOUT);

        admitted(decision.join());
        assertThat(degraded(call)).containsExactly("share");
        assertThat(counters.asked()).isEmpty();
        asked.admit(NOW, 12);
        SharedRequest back = counters.onlyAsked().request();
        assertThat(back.verb()).isEqualTo(Verb.GIVE_BACK);
        assertThat(back.at()).as("that very charge").isEqualTo(NOW);
        assertThat(back.claims()).isEqualTo(asked.request().claims());
        assertThat(shared.limits.timeouts()).isOne();
        assertThat(shared.limits.failures()).isZero();
    }

    @Test
    void aRefusalThatComesTooLateChangesNothing() {
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        shared.io.advance(TIMEOUT);

        counters.onlyAsked().refuse(NOW, 7_000_000);

        admitted(decision.join());
        assertThat(counters.asked()).isEmpty();
    }

    @Test
    void afterThreeLateAnswersInARowNobodyIsAsked() {
        for (int i = 0; i < 3; i++) {
            assertThat(shared.limits.isDegraded()).isFalse();
            assertThat(shared.pending(shared.alice())).isNotDone();
            shared.io.advance(TIMEOUT);
        }

        assertThat(shared.limits.isDegraded()).isTrue();
        assertThat(counters.asked()).hasSize(3);
        admitted(shared.limiter.tryAcquire(shared.alice()));
        assertThat(counters.asked()).isEmpty();
    }

    @Test
    void answersInBetweenKeepAskingWorthwhile() {
        for (int i = 0; i < 10; i++) {
            assertThat(shared.pending(shared.alice())).isNotDone();
            shared.io.advance(TIMEOUT);
            CompletableFuture<LimitDecision> next = shared.pending(shared.alice());
            counters.asked().get(1).admit(NOW, 20);
            admitted(next.join());
        }

        assertThat(shared.limits.isDegraded()).isFalse();
    }

    @Test
    void aFailureIsDecidedAloneAndEachPartIsOneThirdOfWhatWasSeen() {
        assertThat(shared.pending(shared.alice())).isNotDone();
        counters.onlyAsked().admit(NOW, 12);
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());

        counters.onlyAsked().fail();

        admitted(decision.join());
        assertThat(shared.limits.failures()).isOne();
        assertThat(shared.admitted(10))
                .as("a third of 12, one of which is taken")
                .isEqualTo(3);
        LimitDecision refused = shared.limiter.tryAcquire(shared.alice());
        assertThat(refused)
                .isInstanceOfSatisfying(
                        LimitDecision.Refused.class,
                        each -> assertThat(each.violated())
                                .extracting(LimitWindow::name)
                                .containsExactly("p-hour"));
        assertThat(shared.observed).hasSize(1 + 1 + 10 + 1);
    }

    @Test
    void openAdmitsAllAndClosedNobody() {
        over(OnFailure.OPEN, windows("1 per hour"));
        counters.down(true);
        ProxyCall first = shared.alice();
        admitted(shared.limiter.tryAcquire(first));
        assertThat(degraded(first)).containsExactly("open");
        assertThat(shared.admitted(5)).isEqualTo(5);
        shared.close();
        counters.down(false);

        over(OnFailure.CLOSED, windows("1 per hour"));
        counters.down(true);
        ProxyCall call = shared.alice();

        assertThat(shared.limiter.tryAcquire(call)).isEqualTo(new LimitDecision.Unavailable(Duration.ofSeconds(1)));
        assertThat(degraded(call)).containsExactly("closed");
    }

    @Test
    void whatIsGivenBackIsTheChargeOfThatTime() {
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        counters.onlyAsked().admit(NOW, 12);
        Charge charge = admitted(decision.join());

        assertThat(charge.giveBack(GiveBack.CANCELLED)).as("not by default").isFalse();
        assertThat(charge.giveBack(GiveBack.UPSTREAM_FAILURE)).isTrue();
        assertThat(charge.giveBack(GiveBack.UPSTREAM_FAILURE)).as("once").isFalse();

        SharedRequest back = counters.onlyAsked().request();
        assertThat(back.verb()).isEqualTo(Verb.GIVE_BACK);
        assertThat(back.at()).isEqualTo(NOW);
        assertThat(shared.limiter.peek(shared.alice()))
                .extracting(WindowStatus::remaining)
                .containsExactly(13L);
    }

    @Test
    void aClientThatLeavesWhileItIsDecidedHoldsNothingAndGetsItsChargeBack() {
        over(OnFailure.SHARE, windows("30 per hour").withAtOnce(2).withGiveBack(Set.of(GiveBack.CANCELLED)));
        ProxyCall call = shared.alice();
        CompletableFuture<ProxyResponse> answer = new LimitFilter(shared.limiter)
                .filter(call, same -> CompletableFuture.completedFuture(ProxyResponse.empty(200)))
                .toCompletableFuture();
        assertThat(shared.held()).as("the answer is not in").containsExactly(-1L);

        call.end(CallEnd.CLIENT_GONE);
        counters.onlyAsked().admit(NOW, 1);

        assertThat(answer).isDone();
        assertThat(counters.asked())
                .extracting(each -> each.request().verb())
                .containsOnly(Verb.GIVE_BACK)
                .hasSize(2);
    }

    @Test
    void callsUnderWayAreHeldUntilTheirEndAndNoLonger() {
        over(OnFailure.SHARE, atOnce(2));
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        counters.onlyAsked().admit(NOW, 1);
        Charge charge = admitted(decision.join());
        assertThat(shared.held()).containsExactly(1L);
        List<Long> held = new ArrayList<>();
        counters.onAsk(() -> held.addAll(shared.held()));

        charge.end();
        charge.end();

        assertThat(counters.onlyAsked().request().verb()).isEqualTo(Verb.GIVE_BACK);
        assertThat(held)
                .as("given back before it is told that there is one less")
                .containsExactly(1L);
    }

    /** A call under way that was admitted alone, and what was asked before that and is not answered. */
    private record Late(Asked asked, Charge charge) {}

    private Late late() {
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        Asked asked = counters.onlyAsked();
        shared.io.advance(TIMEOUT);
        return new Late(asked, admitted(decision.join()));
    }

    @Test
    void aCallUnderWayThatIsChargedTooLateStaysChargedUntilItsEnd() {
        over(OnFailure.SHARE, atOnce(3).withWindows(Window.parseAll("30 per hour")));
        Late late = late();

        late.asked.admit(NOW, 2);

        SharedRequest back = counters.onlyAsked().request();
        assertThat(back.verb()).isEqualTo(Verb.GIVE_BACK);
        assertThat(back.claims())
                .extracting(each -> each.window().kind())
                .as("what is not under way was charged here")
                .containsExactly(SharedWindow.Kind.ROLLING);
        late.charge.end();
        SharedRequest ended = counters.onlyAsked().request();
        assertThat(ended.verb()).isEqualTo(Verb.GIVE_BACK);
        assertThat(ended.claims()).extracting(each -> each.window().kind()).containsExactly(SharedWindow.Kind.AT_ONCE);
    }

    @Test
    void aCallUnderWayThatIsChargedAfterItsEndIsGivenBack() {
        over(OnFailure.SHARE, atOnce(3));
        Late late = late();
        late.charge.end();
        assertThat(counters.asked()).as("nothing was charged yet").isEmpty();

        late.asked.admit(NOW, 2);

        assertThat(counters.onlyAsked().request().verb()).isEqualTo(Verb.GIVE_BACK);
    }

    @Test
    void aCallUnderWayThatWasNeverChargedTakesNobodysPlaceAtItsEnd() {
        over(OnFailure.SHARE, atOnce(3));
        Late late = late();
        late.asked.refuse(NOW, 1_000);

        late.charge.end();

        assertThat(counters.asked()).isEmpty();
    }

    @Test
    void aCallUnderWayOfWhichTheOthersWereToldIsGivenBackAtItsEnd() {
        over(OnFailure.SHARE, atOnce(3));
        Late late = late();
        late.asked.refuse(NOW, 1_000);
        assertThat(shared.held()).as("as when it is renewed").containsExactly(1L);

        late.charge.end();

        assertThat(counters.onlyAsked().request().verb()).isEqualTo(Verb.GIVE_BACK);
    }

    @Test
    void whoClosesWhileItIsDecidedHasItDecidedAlone() {
        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        Asked asked = counters.onlyAsked();

        shared.close();
        asked.fail();

        admitted(decision.join());
    }

    @Test
    void aLookChargesNothingAndTellsWhatWasSeenLastWhenNobodyAnswers() {
        assertThat(shared.pending(shared.alice())).isNotDone();
        counters.onlyAsked().admit(NOW, 12);

        var looked = shared.limiter.look(shared.alice()).toCompletableFuture();
        Asked asked = counters.onlyAsked();
        assertThat(asked.request().verb()).isEqualTo(Verb.PEEK);
        shared.io.advance(TIMEOUT);

        assertThat(looked.join()).extracting(WindowStatus::remaining).containsExactly(12L);
        asked.admit(NOW, 9);
        assertThat(looked.join()).extracting(WindowStatus::remaining).containsExactly(12L);
    }

    @Test
    void nothingIsOpenedWhereNobodyAnswers() {
        ScriptedCounters silent = new ScriptedCounters();
        silent.down(true);

        assertThatThrownBy(() -> new SharedHarness(silent, OnFailure.SHARE, windows("1 per hour")))
                .isInstanceOf(SharedCountersException.class)
                .hasMessageStartingWith("redis.url: redis://redis does not answer");
        assertThat(silent.isClosed()).isTrue();
    }
}
