package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.LimitDecision.Pending;
import io.inferenceproxy.limit.LimitDecision.Refused;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Slices of a quota: when they are taken, what they admit, and that all that is not used comes back.
 *
 * <p>It is over 300 lines because its cases share a model of Redis in virtual time.
 */
class QuotaSlicesTest {

    private static final Duration LIFE = Duration.ofSeconds(1);
    private static final RedisOptions OPTIONS =
            RedisOptions.DEFAULT.withUrl("redis://model").withSlice(10).withSliceFor(LIFE);

    private final ManualTicker ticker = new ManualTicker();
    private final StepScheduler io = new StepScheduler();
    private final SharedModel model = new SharedModel(ticker);
    private final Map<String, LimitPolicyOptions> limits = new LinkedHashMap<>();
    private final List<Proxy> proxies = new ArrayList<>();

    /** One of the proxies that share the model. */
    private record Proxy(SharedModel.Connection connection, SharedLimits sharing, LimitPolicies policies) {
        LimitDecision decide(ProxyCall call) {
            return policies.limiter().tryAcquire(call);
        }

        QuotaSlices slices() {
            return sharing.slices();
        }
    }

    @AfterEach
    void close() {
        proxies.forEach(each -> each.connection.fast());
        proxies.forEach(each -> each.sharing.close());
    }

    private LimitPolicyOptions policy(String windows) {
        return LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows));
    }

    private Proxy proxy() {
        return proxy(OPTIONS, LimitObserver.NONE);
    }

    private Proxy proxy(RedisOptions options, LimitObserver observer) {
        SharedModel.Connection connection = model.connect();
        LimitPolicies policies = LimitPolicies.shared(limits, ticker, observer, connection, options, nanos -> {});
        Proxy made = new Proxy(connection, policies.sharing().orElseThrow(), policies);
        proxies.add(made);
        return made;
    }

    private ProxyCall call(String user) {
        return ContentCall.by("i", user).call(io);
    }

    private static LimitDecision known(LimitDecision decision) {
        return decision instanceof Pending pending
                ? pending.decided().toCompletableFuture().join()
                : decision;
    }

    private int admitted(Proxy proxy, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += known(proxy.decide(call("alice"))) instanceof Admitted ? 1 : 0;
        }
        return admitted;
    }

    private long remaining(Proxy proxy) {
        return proxy.policies
                .limiter()
                .look(call("alice"))
                .toCompletableFuture()
                .join()
                .get(0)
                .remaining();
    }

    private static boolean isDecided(LimitDecision decision) {
        return !(decision instanceof Pending pending)
                || pending.decided().toCompletableFuture().isDone();
    }

    @Test
    void aBusyCallerCostsARoundTripASlice() {
        limits.put("per-user", policy("100000 per hour"));
        Proxy proxy = proxy();

        assertThat(admitted(proxy, 1_000)).isEqualTo(1_000);

        assertThat(model.asked(Verb.CHARGE)).isLessThanOrEqualTo(3 + 1_000 / 10 + 1);
        assertThat(remaining(proxy)).isEqualTo(100_000 - 1_000);
    }

    @Test
    void whoCallsNowAndThenIsDecidedAboutOneByOne() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy();

        for (int i = 0; i < 20; i++) {
            admitted(proxy, 1);
            ticker.advance(LIFE.dividedBy(2));
        }

        assertThat(model.asked(Verb.CHARGE)).isEqualTo(20);
        assertThat(model.asked(Verb.GIVE_BACK)).isZero();
    }

    @Test
    void whatIsToldGoesDownByOneACall() {
        limits.put("per-user", policy("100 per hour; 1000 per day"));
        Proxy proxy = proxy();

        for (int i = 1; i <= 60; i++) {
            List<WindowStatus> told = known(proxy.decide(call("alice"))).statuses();
            assertThat(told.get(0).remaining()).isEqualTo(100 - i);
            assertThat(told.get(1).remaining()).isEqualTo(1_000 - i);
            assertThat(told.get(0).resetSeconds()).isEqualTo(3_600);
            assertThat(remaining(proxy)).as("what is looked up").isEqualTo(100 - i);
        }
    }

    @Test
    void theLastCallsOfAQuotaAreExactAndARefusalSaysWhenToComeAgain() {
        limits.put("per-user", policy("50 per minute"));
        Proxy one = proxy();
        Proxy other = proxy();
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            admitted += admitted(i % 2 == 0 ? one : other, 1);
        }
        assertThat(admitted).isLessThanOrEqualTo(50);
        ticker.advance(LIFE);
        proxies.forEach(each -> each.slices().sweep());

        admitted += admitted(one, 50);

        assertThat(admitted).isEqualTo(50);
        Refused refused = (Refused) known(one.decide(call("alice")));
        assertThat(refused.statuses().get(0).remaining()).isZero();
        ticker.advance(refused.retryAfter().minusNanos(1_000));
        assertThat(admitted(other, 1)).isZero();
        ticker.advanceNanos(1_000);
        assertThat(admitted(other, 1)).isOne();
    }

    @Test
    void whatASliceAdmittedCountsFromTheEndOfItsLife() {
        limits.put("per-user", policy("30 per minute"));
        Proxy proxy = proxy();
        admitted(proxy, 3);
        ticker.advance(Duration.ofMillis(500));
        assertThat(admitted(proxy, 1)).isOne(); // with a slice of eight
        ticker.advance(LIFE.minusNanos(1));
        assertThat(admitted(proxy, 7)).isEqualTo(7);
        assertThat(model.asked(Verb.CHARGE)).isEqualTo(4);

        ticker.advance(Duration.ofSeconds(58));
        assertThat(remaining(proxy)).as("none is over yet").isEqualTo(30 - 11);
        ticker.advance(Duration.ofMillis(501));
        assertThat(remaining(proxy)).as("the three single ones are").isEqualTo(30 - 8);
        ticker.advance(Duration.ofMillis(1_498));
        assertThat(remaining(proxy)).as("as one that was used last").isEqualTo(30 - 8);
        ticker.advance(Duration.ofMillis(2));
        assertThat(remaining(proxy)).as("a life after the first").isEqualTo(30);
    }

    @Test
    void whatIsNotUsedIsGivenBackAtTheEndOfItsLifeAndAtTheEndOfTheProxy() {
        limits.put("per-user", policy("100 per hour"));
        Proxy one = proxy();
        Proxy other = proxy();
        admitted(one, 5);
        assertThat(remaining(other)).as("held by the first").isEqualTo(100 - 3 - 8);

        ticker.advance(LIFE);
        one.slices().sweep();
        assertThat(remaining(other)).isEqualTo(95);

        admitted(one, 1);
        assertThat(remaining(other)).isLessThan(94);
        one.sharing.close();
        assertThat(remaining(other)).isEqualTo(94);
        assertThat(admitted(one, 1)).as("nothing is taken ahead any more").isOne();
        assertThat(remaining(other)).isEqualTo(93);
    }

    @Test
    void callsThatComeWhileASliceIsAskedForShareIt() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy();
        admitted(proxy, 5);
        admitted(proxy, 6); // the first slice has eight
        int before = model.asked(Verb.CHARGE);
        proxy.connection.slow();

        List<LimitDecision> decisions = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            decisions.add(proxy.decide(call("alice")));
        }
        assertThat(decisions).noneMatch(QuotaSlicesTest::isDecided);
        proxy.connection.passAll();

        assertThat(decisions).allMatch(QuotaSlicesTest::isDecided);
        assertThat(decisions).allMatch(each -> known(each) instanceof Admitted);
        assertThat(model.asked(Verb.CHARGE) - before).as("one for ten calls").isEqualTo(3);
        assertThat(remaining(proxy, decisions)).isEqualTo(1_000 - 11 - 25);
    }

    private long remaining(Proxy proxy, List<LimitDecision> after) {
        assertThat(after).isNotEmpty();
        proxy.connection.fast();
        return remaining(proxy);
    }

    @Test
    void aSliceThatIsRefusedLeavesItsCallsToDecisionsOfTheirOwn() {
        limits.put("per-user", policy("40 per hour"));
        Proxy proxy = proxy();
        admitted(proxy, 3);
        proxy.connection.slow();
        List<LimitDecision> decisions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            decisions.add(proxy.decide(call("alice")));
        }
        Proxy other = proxy(OPTIONS.withSlice(0), LimitObserver.NONE);
        assertThat(admitted(other, 34)).isEqualTo(34);

        proxy.connection.passAll();

        assertThat(decisions).allMatch(QuotaSlicesTest::isDecided);
        assertThat(decisions.stream().filter(each -> known(each) instanceof Admitted))
                .hasSize(3);
    }

    @Test
    void anAnswerThatIsLateIsAwaitedNoLongerAndItsSliceUsedByOthers() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy();
        admitted(proxy, 3);
        proxy.connection.slow();
        LimitDecision first = proxy.decide(call("alice"));
        LimitDecision second = proxy.decide(call("alice"));

        io.advance(OPTIONS.timeout());

        assertThat(isDecided(first)).isTrue();
        assertThat(isDecided(second)).isTrue();
        assertThat(proxy.sharing.timeouts())
                .as("one answer, though two waited for it")
                .isOne();
        assertThat(io.timers()).isZero();
        proxy.connection.fast();
        int before = model.asked(Verb.CHARGE);
        assertThat(admitted(proxy, 8)).isEqualTo(8);
        assertThat(model.asked(Verb.CHARGE)).isEqualTo(before);
    }

    @Test
    void nobodyJoinsThoseWhoWaitInVain() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy(OPTIONS.withOnFailure(RedisOptions.OnFailure.OPEN), LimitObserver.NONE);
        admitted(proxy, 3);
        proxy.connection.slow();
        askInVain(proxy);
        askInVain(proxy);

        proxy.connection.passAll(); // of two slices the first was given up for the second
        ticker.advance(LIFE);
        proxy.slices().sweep();
        proxy.connection.fast();

        assertThat(remaining(proxy)).as("what nobody used comes back").isEqualTo(1_000 - 3);
    }

    @Test
    void threeLateAnswersAreEnough() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy();
        admitted(proxy, 3);
        proxy.connection.slow();
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.sharing.isDegraded()).isFalse();
            askInVain(proxy);
        }

        assertThat(proxy.sharing.isDegraded()).isTrue();
        assertThat(isDecided(proxy.decide(call("alice")))).isTrue();
    }

    @Test
    void answersThatComeAfterAllAreLateNevertheless() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy();
        List<String> users = List.of("alice", "bob", "carol");
        for (String user : users) {
            for (int i = 0; i < 3; i++) {
                assertThat(known(proxy.decide(call(user)))).isInstanceOf(Admitted.class);
            }
        }
        proxy.connection.slow();
        for (String user : users) {
            assertThat(proxy.sharing.isDegraded()).isFalse();
            askInVain(proxy, user);
            proxy.connection.passAll();
        }

        assertThat(proxy.sharing.isDegraded()).isTrue();
    }

    private void askInVain(Proxy proxy) {
        askInVain(proxy, "alice");
    }

    private void askInVain(Proxy proxy, String user) {
        LimitDecision late = proxy.decide(call(user));
        assertThat(isDecided(late)).isFalse();
        ticker.advance(OPTIONS.timeout());
        io.advance(OPTIONS.timeout());
        assertThat(isDecided(late)).isTrue();
    }

    @Test
    void withoutTheOthersASliceInHandIsUsedToItsEnd() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy(OPTIONS.withOnFailure(RedisOptions.OnFailure.CLOSED), LimitObserver.NONE);
        admitted(proxy, 4); // seven are left

        proxy.connection.breaks();

        assertThat(admitted(proxy, 7)).isEqualTo(7);
        assertThat(proxy.sharing.isDegraded()).isFalse();
        assertThat(known(proxy.decide(call("alice")))).isInstanceOf(LimitDecision.Unavailable.class);
        assertThat(proxy.sharing.isDegraded()).isTrue();
    }

    @Test
    void aSliceThatIsOverAdmitsNobody() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy(OPTIONS.withOnFailure(RedisOptions.OnFailure.CLOSED), LimitObserver.NONE);
        admitted(proxy, 4);
        ticker.advance(LIFE);

        proxy.connection.breaks();

        assertThat(known(proxy.decide(call("alice")))).isInstanceOf(LimitDecision.Unavailable.class);
    }

    @Test
    void aChargeIsGivenBackUnderTheTimeOfItsSlice() {
        limits.put("per-user", policy("1000 per hour"));
        limits.put("turn", policy("1000 per day").withKind(WindowKind.FIXED));
        Proxy proxy = proxy();
        admitted(proxy, 3);

        Admitted admitted = (Admitted) known(proxy.decide(call("alice")));
        ticker.advance(LIFE.multipliedBy(3));
        admitted.charge().giveBack();
        admitted.charge().giveBack();
        proxy.slices().sweep();

        List<WindowStatus> told = proxy.policies
                .limiter()
                .look(call("alice"))
                .toCompletableFuture()
                .join();
        assertThat(told).extracting(WindowStatus::remaining).containsExactly(997L, 997L);
    }

    @Test
    void aSliceEndsWithTheTurnInWhichItWasCharged() {
        limits.put("turn", policy("100 per minute").withKind(WindowKind.FIXED));
        Proxy proxy = proxy();
        long toTurn = 60_000_000 - model.now() % 60_000_000;
        ticker.advanceNanos(1_000 * toTurn - LIFE.toNanos() / 2);
        admitted(proxy, 4);

        ticker.advance(LIFE.dividedBy(2));

        assertThat(known(proxy.decide(call("alice"))).statuses().get(0).remaining())
                .as("of the new turn")
                .isEqualTo(99);
        proxy.slices().sweep();
        ticker.advance(LIFE);
        proxy.slices().sweep();
        assertThat(remaining(proxy)).as("what is given back is of the old one").isEqualTo(99);
    }

    @Test
    void policiesAndCostsAreTakenAheadTogetherOrNotAtAll() {
        limits.put("per-user", policy("1000 per hour").withRouteCosts(Map.of("dear", 5L)));
        limits.put("all", policy("60 per hour").withKey(LimitKey.GLOBAL));
        Proxy proxy = proxy();
        RateLimiter dear = proxy.policies.limiter("dear");

        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            admitted += known(dear.tryAcquire(call("alice"))) instanceof Admitted ? 1 : 0;
        }
        ticker.advance(LIFE);
        proxy.slices().sweep();

        assertThat(admitted).isEqualTo(60);
        assertThat(remaining(proxy)).isEqualTo(1_000 - 5 * 60);
        assertThat(model.asked(Verb.CHARGE)).isLessThan(100);
    }

    @Test
    void whatCannotBeChargedAheadIsDecidedAsBefore() {
        for (LimitPolicyOptions each : List.of(
                policy("1000 per hour").withKind(WindowKind.SMOOTH),
                policy("1000 per hour").withCost(new LimitCost.BodyBytes()),
                policy("1000 per hour").withAtOnce(100))) {
            assertThat(LimitPolicy.of("p", each).stream().map(SharedPolicy::new).allMatch(SharedPolicy::isSliceable))
                    .isFalse();
        }
        assertThat(new SharedPolicy(LimitPolicy.of("p", policy("1000 per hour")).get(0)).isSliceable())
                .isTrue();
    }

    @Test
    void everyCallIsToldToTheMetrics() {
        limits.put("per-user", policy("50 per hour"));
        Map<LimitOutcome, Integer> heard = new HashMap<>();
        Proxy proxy = proxy(OPTIONS, (window, outcome) -> heard.merge(outcome, 1, Integer::sum));

        admitted(proxy, 70);

        assertThat(heard).containsEntry(LimitOutcome.ADMITTED, 50).containsEntry(LimitOutcome.REFUSED, 20);
    }

    @Test
    void strangersBeyondTheBoundAreDecidedAboutOneByOneAndForgotten() {
        limits.put("per-user", policy("1000 per hour"));
        Proxy proxy = proxy();
        for (int i = 0; i < QuotaSlices.MOST; i++) {
            proxy.decide(call("stranger-" + i));
        }
        int before = model.asked(Verb.CHARGE);

        assertThat(admitted(proxy, 20)).isEqualTo(20);
        assertThat(model.asked(Verb.CHARGE) - before).isEqualTo(20);
        assertThat(proxy.slices().size()).isEqualTo(QuotaSlices.MOST);

        ticker.advance(LIFE.multipliedBy(2));
        proxy.slices().sweep();
        assertThat(proxy.slices().size()).isZero();
        before = model.asked(Verb.CHARGE);
        assertThat(admitted(proxy, 20)).isEqualTo(20);
        assertThat(model.asked(Verb.CHARGE) - before).isLessThan(10);
    }
}
