package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitPolicyOptionsTest {

    private static final LimitPolicyOptions DEFAULT = LimitPolicyOptions.DEFAULT;

    @Test
    void aCallHasOneModel() {
        assertThatThrownBy(() -> LimitPolicyOptions.DEFAULT.withKey(
                        List.of(LimitKey.parse("user"), LimitKey.parse("model:/a"), LimitKey.parse("model:/b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key: ")
                .hasMessageContaining("at most one model");
    }

    @Test
    void byDefaultEachCallerHasFiftyCallsAnHourAndTwoHundredADay() {
        assertThat(DEFAULT)
                .isEqualTo(new LimitPolicyOptions(
                        List.of(LimitKey.USER),
                        Window.parseAll("50 per hour; 200 per day"),
                        WindowKind.ROLLING,
                        "UTC",
                        0,
                        0,
                        Duration.ZERO,
                        PlanSource.ROLE,
                        Map.of(),
                        LimitCost.requests(),
                        1,
                        Map.of(),
                        Set.of(GiveBack.UPSTREAM_FAILURE),
                        PolicyMode.ENFORCE,
                        List.of(),
                        1_000_000));
    }

    @Test
    void eachOptionIsTakenOver() {
        Map<String, LimitPlan> plans = Map.of("pro", LimitPlan.parse("9 per second"));

        LimitPolicyOptions changed = DEFAULT.withKey(LimitKey.GLOBAL)
                .withWindows(Window.parseAll("1 per second"))
                .withKind(WindowKind.SMOOTH)
                .withZone("Europe/Berlin")
                .withBurst(2)
                .withAtOnce(3)
                .withWait(Duration.ofSeconds(4))
                .withPlanBy(PlanSource.parse("claim:plan"))
                .withPlans(plans)
                .withEstimate(5)
                .withRouteCosts(Map.of("embeddings", 6L))
                .withGiveBack(Set.of(GiveBack.CANCELLED))
                .withMode(PolicyMode.SHADOW)
                .withRoutes(List.of("embeddings"))
                .withMaxKeys(7);

        assertThat(changed)
                .isEqualTo(new LimitPolicyOptions(
                        List.of(LimitKey.GLOBAL),
                        Window.parseAll("1/1s"),
                        WindowKind.SMOOTH,
                        "Europe/Berlin",
                        2,
                        3,
                        Duration.ofSeconds(4),
                        new PlanSource("plan"),
                        plans,
                        LimitCost.requests(),
                        5,
                        Map.of("embeddings", 6L),
                        Set.of(GiveBack.CANCELLED),
                        PolicyMode.SHADOW,
                        List.of("embeddings"),
                        7));
        assertThat(DEFAULT.withCost(LimitCost.parse("usage")).cost()).isEqualTo(LimitCost.parse("usage"));
    }

    @Test
    void windowsAreOneToSixteenAndOneAPeriod() {
        assertThatThrownBy(() -> DEFAULT.withWindows(List.of())).hasMessageContaining("windows: 0");
        assertThatThrownBy(() -> DEFAULT.withWindows(Collections.nCopies(17, Window.parse("1 per hour"))))
                .hasMessageContaining("windows: 17 (expected: 1 to 16 windows)");
        assertThatThrownBy(() -> DEFAULT.withWindows(Window.parseAll("1 per hour; 2 per 60 minutes")))
                .hasMessageContaining("expected: one window a period");
    }

    @Test
    void allWindowsOfAPolicyCountTheSameUnitWhichIsThatOfTheCost() {
        LimitPolicyOptions usage = DEFAULT.withCost(LimitCost.parse("usage"));

        assertThat(usage.unit()).isEqualTo("tokens");
        assertThat(usage.withWindows(Window.parseAll("9 credits per day")).unit())
                .isEqualTo("credits");
        assertThatThrownBy(() -> usage.withWindows(Window.parseAll("9 credits per day; 5 tokens per hour")))
                .hasMessage("windows: units [credits, tokens] (expected: the same in all of a policy)");
        assertThatThrownBy(() -> DEFAULT.withWindows(Window.parseAll("9 tokens per day")))
                .hasMessage("windows: tokens (expected: cost beside them, such as cost: usage)");
    }

    @Test
    void aWindowThatAnotherMakesUnreachableIsTold() {
        assertThat(DEFAULT.withWindows(Window.parseAll("50 per hour; 2000 per day"))
                        .unreachable())
                .containsExactly(
                        "windows: 2000 per day is never reached: 50 per hour admits at most 1200 in that time");
        assertThat(DEFAULT.withWindows(Window.parseAll("50 per hour; 1200 per day"))
                        .unreachable())
                .isEmpty();
        assertThat(DEFAULT.unreachable()).isEmpty();
        assertThat(DEFAULT.withWindows(Window.parseAll("8 per hour; 200 per day"))
                        .unreachable())
                .containsExactly("windows: 200 per day is never reached: 8 per hour admits at most 192 in that time");
        assertThat(DEFAULT.withWindows(Window.parseAll("100 per minute; 50 per hour"))
                        .unreachable())
                .containsExactly(
                        "windows: 100 per minute is never reached: 50 per hour admits at most 50 in that time");
        assertThat(DEFAULT.withCost(LimitCost.parse("usage")).withEstimate(100).unreachable())
                .containsExactly("windows: 50 tokens per hour admits no call that costs as much as is reserved");
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatThrownBy(() -> DEFAULT.withBurst(5)).hasMessage("burst: 5 (expected: kind smooth beside it)");
        assertThatThrownBy(() -> DEFAULT.withWindows(Window.parseAll("1 per day"))
                        .withKind(WindowKind.SMOOTH)
                        .withBurst(200_000))
                .hasMessage("burst: 200000 (expected: what comes back within 10 years of 1 per day)");
        assertThatThrownBy(() -> DEFAULT.withWait(Duration.ofSeconds(1)))
                .hasMessage("wait: 1s (expected: at-once beside it)");
        assertThatThrownBy(() -> DEFAULT.withKey(List.of(LimitKey.USER, LimitKey.USER)))
                .hasMessageContaining("expected: one or more, each once");
        assertThatThrownBy(() -> DEFAULT.withZone("Mars/Olympus"))
                .hasMessage("zone: Mars/Olympus (expected: such as UTC or Europe/Berlin)");
        assertThatThrownBy(() -> DEFAULT.withCost(LimitCost.parse("items:/a")).withRouteCosts(Map.of("r", 2L)))
                .hasMessageContaining("expected: cost requests beside them");
    }

    @Test
    void thereIsRoomForAtLeastOneKey() {
        assertThatThrownBy(() -> DEFAULT.withMaxKeys(0)).hasMessage("max-keys: 0 (expected: 1 to 100000000)");
    }

    @Test
    void limitsInTheirNotationMayNameCallsAtOnce() {
        LimitPolicyOptions limited = DEFAULT.withLimits("50 per hour; 4 at once", "200 per day");

        assertThat(limited).isEqualTo(DEFAULT.withAtOnce(4));
        assertThat(limited.withLimits("7 per hour").atOnce())
                .as("kept where none is named")
                .isEqualTo(4);
        assertThat(DEFAULT.withLimits("4 at once"))
                .isEqualTo(DEFAULT.withAtOnce(4).withWindows(List.of()));
        assertThatThrownBy(() -> DEFAULT.withLimits("4 at once", "5 at once"))
                .hasMessage("windows: 4 and 5 at once (expected: one of the two)");
        assertThatThrownBy(() -> DEFAULT.withLimits("four at once")).hasMessageContaining(Window.LIMIT_GRAMMAR);
        assertThatThrownBy(() -> LimitPlan.parse("4 at once")).hasMessageContaining(Window.GRAMMAR);
    }
}
