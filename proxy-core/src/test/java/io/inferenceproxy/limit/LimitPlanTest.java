package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.Claims;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has which plan, and what makes two calls the same caller's. */
class LimitPlanTest {

    private final ManualTicker ticker = new ManualTicker();

    private RateLimiter limiter(LimitPolicyOptions options) {
        return LimitPolicies.of(Map.of("p", options), ticker, LimitObserver.NONE)
                .limiter("inference");
    }

    private static Map<String, LimitPlan> plans() {
        Map<String, LimitPlan> plans = new LinkedHashMap<>();
        plans.put("internal", LimitPlan.parse("unlimited"));
        plans.put("pro", LimitPlan.parse("4 per hour; 6 per day"));
        return plans;
    }

    private static ProxyCall by(String subject, Set<String> roles, Claims claims, String key) {
        return ContentCall.by("i", subject)
                .call()
                .withCaller(new Caller.Identified("i", false, subject, roles, Set.of(), Instant.MAX, claims)
                        .withApiKey(key));
    }

    private static ProxyCall inRoles(String... roles) {
        return by("alice", Set.of(roles), Claims.NONE, "");
    }

    private static ProxyCall claiming(String name, String value) {
        return by("alice", Set.of(), Claims.of(Map.of(name, List.of(value))), "");
    }

    private static int admitted(RateLimiter limiter, ProxyCall call) {
        int admitted = 0;
        for (int i = 0; i < 20; i++) {
            admitted += limiter.tryAcquire(call) instanceof LimitDecision.Admitted ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void theFirstPlanThatIsARoleOfTheCallerHolds() {
        RateLimiter limiter = limiter(LimitPolicyOptions.DEFAULT
                .withWindows(Window.parseAll("2 per hour"))
                .withPlans(plans()));

        assertThat(admitted(limiter, inRoles("reader"))).isEqualTo(2);
        assertThat(admitted(limiter, inRoles("reader", "pro")))
                .as("two are charged already")
                .isEqualTo(2);
        assertThat(admitted(limiter, inRoles("pro", "internal"))).isEqualTo(20);
        assertThat(limiter.peek(inRoles("internal"))).isEmpty();
    }

    @Test
    void aClaimMayTellThePlan() {
        RateLimiter limiter = limiter(LimitPolicyOptions.DEFAULT
                .withWindows(Window.parseAll("2 per hour"))
                .withPlans(plans())
                .withPlanBy(PlanSource.parse("claim:tier")));

        assertThat(admitted(limiter, claiming("tier", "pro"))).isEqualTo(4);
        assertThat(admitted(limiter, claiming("tier", "internal"))).isEqualTo(20);
        assertThat(admitted(limiter, claiming("tier", "unheard-of")))
                .as("the windows of all others, used up")
                .isZero();
    }

    @Test
    void whoChangesThePlanKeepsTheCount() {
        RateLimiter limiter = limiter(LimitPolicyOptions.DEFAULT
                .withWindows(Window.parseAll("2 per hour"))
                .withPlans(plans()));
        admitted(limiter, inRoles("pro"));

        List<WindowStatus> others = limiter.peek(inRoles());
        ticker.advance(Duration.ofHours(1));

        assertThat(others)
                .singleElement()
                .satisfies(status -> assertThat(status.remaining()).isZero());
        assertThat(admitted(limiter, inRoles("pro"))).as("of six a day").isEqualTo(2);
    }

    @Test
    void aPlanThatLacksALongWindowKeepsNoMoreThanItMust() {
        RollingCounter.Rules rules = (RollingCounter.Rules) Counting.of(LimitPolicyOptions.DEFAULT
                .withWindows(Window.parseAll("200 per day"))
                .withPlans(Map.of("pro", LimitPlan.parse("100 per minute"))));
        Counter counter = rules.counter();
        long[] quotas = {100, 0};
        long now = 0;
        for (int i = 0; i < 100_000; i++) {
            now += 600_000_000L;
            counter.refresh(now);
            counter.charge(1, now, quotas);
        }

        int[] kept = {0};
        counter.saveTo(
                new Counter.Charges() {
                    @Override
                    public void charge(long amount, long at) {
                        kept[0]++;
                    }

                    @Override
                    public void debt(int window, long paidAt) {
                        throw new AssertionError("counts no debts");
                    }
                },
                now);

        assertThat(kept[0]).isLessThan(1_300);
    }

    @Test
    void callersOfTheSameClaimShareACounter() {
        RateLimiter limiter = limiter(LimitPolicyOptions.DEFAULT
                .withKey(LimitKey.claim("tenant"))
                .withWindows(Window.parseAll("3 per hour")));

        assertThat(admitted(limiter, claiming("tenant", "a"))).isEqualTo(3);
        assertThat(admitted(limiter, by("bob", Set.of(), Claims.of(Map.of("tenant", List.of("a"))), "")))
                .isZero();
        assertThat(admitted(limiter, claiming("tenant", "b"))).isEqualTo(3);
    }

    @Test
    void apiKeysOfOneUserAreCountedApartAndOtherCredentialsAsTheUser() {
        RateLimiter limiter = limiter(
                LimitPolicyOptions.DEFAULT.withKey(LimitKey.API_KEY).withWindows(Window.parseAll("1 per hour")));

        assertThat(admitted(limiter, by("alice", Set.of(), Claims.NONE, "k1"))).isOne();
        assertThat(admitted(limiter, by("alice", Set.of(), Claims.NONE, "k2"))).isOne();
        assertThat(admitted(limiter, inRoles())).isOne();
        assertThat(admitted(limiter, inRoles())).isZero();
    }

    @Test
    void rolesAreCountedAsASetInWhateverOrder() {
        RateLimiter limiter =
                limiter(LimitPolicyOptions.DEFAULT.withKey(LimitKey.ROLE).withWindows(Window.parseAll("1 per hour")));

        assertThat(admitted(limiter, inRoles("a", "b"))).isOne();
        assertThat(admitted(limiter, by("bob", Set.of("b", "a"), Claims.NONE, "")))
                .isZero();
        assertThat(admitted(limiter, inRoles("a"))).isOne();
        assertThat(admitted(limiter, inRoles())).isOne();
    }

    @Test
    void aPolicyHoldsOnItsRoutesOnly() {
        LimitPolicies policies = LimitPolicies.of(
                Map.of(
                        "p",
                        LimitPolicyOptions.DEFAULT
                                .withWindows(Window.parseAll("1 per hour"))
                                .withRoutes(List.of("embeddings"))),
                ticker,
                LimitObserver.NONE);

        assertThat(policies.limiter("inference").policies()).isEmpty();
        assertThat(policies.limiter("embeddings").policies()).hasSize(1);
    }

    @Test
    void aPolicyThatIsOffDoesNothing() {
        RateLimiter limiter = limiter(LimitPolicyOptions.DEFAULT.withMode(PolicyMode.OFF));

        assertThat(limiter.tryAcquire(inRoles()).statuses()).isEmpty();
        assertThat(limiter.policies()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "api-key", "address", "role", "route", "model", "model:/a/b", "claim:x", "global"})
    void keysAreReadAndToldInTheSameWords(String text) {
        assertThat(LimitKey.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "users", "claim:", "model:a", "claim"})
    void otherWordsAreNoKeys(String text) {
        assertThatThrownBy(() -> LimitKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: " + LimitKey.GRAMMAR + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "body-bytes", "items:/instances", "header:X-Cost", "answer:/a~1b/0", "usage"})
    void costsAreReadAndToldInTheSameWords(String text) {
        assertThat(LimitCost.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "items", "items:a", "answer:/a~2", "header:a b", "tokens"})
    void otherWordsAreNoCosts(String text) {
        assertThatThrownBy(() -> LimitCost.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
