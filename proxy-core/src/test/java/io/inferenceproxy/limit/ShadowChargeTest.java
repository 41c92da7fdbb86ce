package io.inferenceproxy.limit;

import static io.inferenceproxy.limit.SharedHarness.admitted;
import static io.inferenceproxy.limit.SharedHarness.atOnce;
import static io.inferenceproxy.limit.SharedHarness.windows;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.limit.ScriptedCounters.Asked;
import io.inferenceproxy.limit.SharedRequest.Verb;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies that only watch count over shared counters as they do alone: calls that go on, until their end. */
class ShadowChargeTest {

    private static final long NOW = 5_000_000;

    private final ScriptedCounters counters = new ScriptedCounters();
    private SharedHarness shared = new SharedHarness(counters, OnFailure.SHARE, inShadow(atOnce(2)));

    private static LimitPolicyOptions inShadow(LimitPolicyOptions policy) {
        return policy.withMode(PolicyMode.SHADOW);
    }

    @AfterEach
    void nothingIsLeft() {
        counters.down(false);
        shared.close();
        assertThat(shared.held()).isEmpty();
        assertThat(shared.io.timers()).isZero();
    }

    private List<Verb> verbs() {
        return counters.asked().stream().map(each -> each.request().verb()).toList();
    }

    @Test
    void callsUnderWayAreHeldUntilTheirEnd() {
        Charge charge = admitted(shared.limiter.tryAcquire(shared.alice()));
        assertThat(shared.held()).as("the answer is not in").containsExactly(-1L);
        counters.onlyAsked().admit(NOW, 1);
        assertThat(shared.held()).containsExactly(1L);

        charge.end();

        assertThat(verbs()).containsExactly(Verb.GIVE_BACK);
        assertThat(shared.observed).containsExactly("p-at-once SHADOW_ADMITTED");
    }

    @Test
    void aCallThatEndsBeforeTheAnswerIsInIsGivenBackAfterIt() {
        Charge charge = admitted(shared.limiter.tryAcquire(shared.alice()));
        Asked asked = counters.onlyAsked();
        charge.end();
        assertThat(counters.asked()).isEmpty();

        asked.admit(NOW, 1);

        assertThat(verbs()).containsExactly(Verb.GIVE_BACK);
    }

    @Test
    void whatWouldBeRefusedIsToldAndGoesOnAndHoldsNothing() {
        Charge charge = admitted(shared.limiter.tryAcquire(shared.alice()));

        counters.onlyAsked().refuse(NOW, 1_000_000);
        charge.end();

        assertThat(shared.observed).containsExactly("p-at-once SHADOW_REFUSED");
        assertThat(counters.asked()).isEmpty();
    }

    @Test
    void whatFailsIsToldByNobody() {
        Charge charge = admitted(shared.limiter.tryAcquire(shared.alice()));

        counters.onlyAsked().fail();
        charge.end();

        assertThat(shared.observed).isEmpty();
        assertThat(counters.asked()).isEmpty();
    }

    @Test
    void onlyCallsThatGoOnAreCountedAndTheirCostIsSettled() {
        LimitPolicyOptions tokens = inShadow(
                windows("1000 per hour").withCost(LimitCost.parse("usage")).withEstimate(100));
        Map<String, LimitPolicyOptions> both = new LinkedHashMap<>();
        both.put("calls", windows("5 per hour"));
        both.put("tokens", tokens);
        shared.close();
        shared = new SharedHarness(counters, OnFailure.SHARE, both);

        assertThat(shared.pending(shared.alice())).isNotDone();
        counters.onlyAsked().refuse(NOW, 1_000_000);
        assertThat(counters.asked()).as("it was refused").isEmpty();

        CompletableFuture<LimitDecision> decision = shared.pending(shared.alice());
        counters.onlyAsked().admit(NOW, 4);
        Asked watched = counters.onlyAsked();
        assertThat(watched.request().claims()).extracting(SharedClaim::amount).containsExactly(100L);
        admitted(decision.join()).settle(tokens.cost(), 30);
        watched.admit(NOW + 1, 900);

        SharedRequest back = counters.onlyAsked().request();
        assertThat(back.verb()).isEqualTo(Verb.GIVE_BACK);
        assertThat(back.at()).isEqualTo(NOW + 1);
        assertThat(back.claims()).extracting(SharedClaim::amount).containsExactly(70L);
    }

    @Test
    void nothingIsWatchedWhileNobodyAnswers() {
        counters.down(true);
        admitted(shared.limiter.tryAcquire(shared.alice())).end();
        shared.limits.state().failed();
        counters.asked();

        admitted(shared.limiter.tryAcquire(shared.alice())).end();

        assertThat(counters.asked()).isEmpty();
        assertThat(shared.observed).isEmpty();
    }
}
