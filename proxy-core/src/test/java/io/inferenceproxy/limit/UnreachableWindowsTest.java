package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.units.Window;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreachableWindowsTest {

    private static final LimitPolicyOptions STRICT = policy("40 per hour");
    private static final LimitPolicyOptions LOOSE = policy("50 per hour");
    private static final List<String> FOUND = List.of(
            "windows: 50 per hour is never reached: 40 per hour of limits.strict admits at most 40 in that time");

    private static LimitPolicyOptions policy(String windows) {
        return LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows));
    }

    /** What is found about one policy beside another, on the same two routes. */
    private static List<String> found(LimitPolicyOptions loose, LimitPolicyOptions strict) {
        return found(loose, Set.of("chat", "embed"), strict, Set.of("chat", "embed"));
    }

    private static List<String> found(
            LimitPolicyOptions loose, Set<String> looseRoutes, LimitPolicyOptions strict, Set<String> strictRoutes) {
        Map<String, LimitPolicyOptions> both = Map.of("loose", loose, "strict", strict);
        UnreachableWindows windows = new UnreachableWindows(both, Map.of("loose", looseRoutes, "strict", strictRoutes));
        assertThat(windows.of("strict")).as("of the stricter one").isEmpty();
        return windows.of("loose");
    }

    private static LimitPolicyOptions by(LimitPolicyOptions policy, String key) {
        return policy.withKey(LimitKey.parseAll(key));
    }

    @Test
    void aWindowAboveAnotherOfTheSameTimeIsNeverReached() {
        assertThat(found(LOOSE, STRICT)).isEqualTo(FOUND);
        assertThat(found(STRICT, STRICT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2000 per day     | 50 per hour    | 1250
                    1200 per day     | 50 per hour    | 0
                    50 per minute    | 40 per hour    | 40
                    100 per 90 minutes | 45 per hour  | 90
                    90 per 90 minutes | 45 per hour   | 0
                    600 per hour     | 550 per hour   | 550
                    600 per hour     | 500 per hour   | 0
                    1100 per hour    | 500 per hour   | 1000
                    600 per minute   | 500 per hour   | 500
                    """)
    void rollingWindowsAdmitTheirQuotaInEachOfTheirPeriods(String loose, String strict, long most) {
        assertThat(found(policy(loose), policy(strict)))
                .isEqualTo(
                        most == 0
                                ? List.of()
                                : List.of("windows: " + loose + " is never reached: " + strict
                                        + " of limits.strict admits at most " + most + " in that time"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    user           | global           | true
                    user           | user             | true
                    user; model    | user             | true
                    user; model    | model; global    | true
                    model          | model            | true
                    user; route    | user             | true
                    global         | user             | false
                    user           | user; route      | false
                    user           | address          | false
                    user           | model            | false
                    user           | role             | false
                    model:/a       | model:/b         | false
                    claim:team     | claim:tenant     | false
                    """)
    void theOtherMustCountTogetherWhatIsCountedTogetherHere(String loose, String strict, boolean told) {
        assertThat(found(by(LOOSE, loose), by(STRICT, strict))).isEqualTo(told ? FOUND : List.of());
    }

    @Test
    void onOneRouteAloneTheRouteTellsNothingApart() {
        assertThat(found(LOOSE, Set.of("chat"), by(STRICT, "user; route"), Set.of("chat", "embed")))
                .isEqualTo(FOUND);
    }

    @Test
    void theOtherMustHoldOnAllOfTheRoutes() {
        assertThat(found(LOOSE, Set.of("chat"), STRICT, Set.of("chat", "embed")))
                .isEqualTo(FOUND);
        assertThat(found(LOOSE, Set.of("chat", "embed"), STRICT, Set.of("chat")))
                .isEmpty();
        assertThat(found(LOOSE, Set.of("chat", "embed"), STRICT, Set.of("embed", "status")))
                .isEmpty();
        assertThat(found(LOOSE, Set.of(), STRICT, Set.of("chat"))).isEmpty();
    }

    @Test
    void bothMustBeEnforced() {
        assertThat(found(LOOSE, STRICT.withMode(PolicyMode.SHADOW))).isEmpty();
        assertThat(found(LOOSE, STRICT.withMode(PolicyMode.OFF))).isEmpty();
        assertThat(found(LOOSE.withMode(PolicyMode.SHADOW), STRICT)).isEmpty();
    }

    @Test
    void plansOfTheOtherMayLiftItAndThoseOfTheOneMayBeLiftedTooFar() {
        Map<String, LimitPlan> plans = Map.of("pro", LimitPlan.parse("70 per hour"));

        assertThat(found(LOOSE, STRICT.withPlans(Map.of("pro", LimitPlan.UNLIMITED))))
                .isEmpty();
        assertThat(found(policy("30 per hour").withPlans(plans), STRICT))
                .containsExactly(
                        "plans.pro: 70 per hour is never reached: 40 per hour of limits.strict admits at most 40"
                                + " in that time");
    }

    @Test
    void bothMustCountTheSame() {
        LimitPolicyOptions tokens = LOOSE.withCost(LimitCost.parse("usage"));
        LimitPolicyOptions fewer = STRICT.withCost(LimitCost.parse("usage"));

        assertThat(found(tokens, STRICT)).isEmpty();
        assertThat(found(LOOSE, fewer)).isEmpty();
        assertThat(found(tokens, fewer)).hasSize(1);
        assertThat(found(tokens.withEstimate(2), fewer)).isEmpty();
        assertThat(found(LOOSE.withCost(LimitCost.parse("items:/a")), STRICT.withCost(LimitCost.parse("items:/b"))))
                .isEmpty();
    }

    @Test
    void whatMayBeOverdrawnInEachPeriodIsNotAddedUp() {
        LimitCost usage = LimitCost.parse("usage");

        assertThat(found(
                        policy("2000 per day").withCost(usage),
                        policy("50 per hour").withCost(usage)))
                .isEmpty();
    }

    @Test
    void aCallMustCostAsMuchThere() {
        assertThat(found(LOOSE.withRouteCosts(Map.of("chat", 5L)), STRICT)).isEmpty();
        assertThat(found(LOOSE, STRICT.withRouteCosts(Map.of("chat", 5L)))).isEqualTo(FOUND);
    }

    @Test
    void whatIsGivenBackThereAloneMakesRoomThereAlone() {
        assertThat(found(LOOSE.withGiveBack(Set.of()), STRICT)).isEmpty();
        assertThat(found(LOOSE, STRICT.withGiveBack(Set.of()))).isEqualTo(FOUND);
    }

    @Test
    void callsOfMalformedContentAreNotShownToPoliciesThatReadIt() {
        assertThat(found(by(LOOSE, "user"), STRICT.withKey(LimitKey.GLOBAL).withCost(LimitCost.parse("items:/a"))))
                .isEmpty();
        assertThat(found(by(LOOSE, "user; model"), by(STRICT, "user"))).isEqualTo(FOUND);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FIXED   | UTC           | 50 per hour  | FIXED   | UTC           | 40 per hour | 40
                    FIXED   | UTC           | 50 per month | FIXED   | UTC           | 40 per month | 40
                    FIXED   | Europe/Berlin | 50 per day   | FIXED   | UTC           | 40 per day  | 0
                    ROLLING | UTC           | 50 per hour  | FIXED   | UTC           | 40 per hour | 0
                    ROLLING | UTC           | 81 per hour  | FIXED   | UTC           | 40 per hour | 80
                    FIXED   | UTC           | 50 per hour  | ROLLING | UTC           | 40 per hour | 40
                    FIXED   | UTC           | 50 per day   | ROLLING | UTC           | 40 per day  | 40
                    FIXED   | Europe/Berlin | 50 per day   | ROLLING | UTC           | 40 per day  | 0
                    FIXED   | UTC           | 50 per month | ROLLING | UTC           | 40 per month | 0
                    FIXED   | UTC           | 81 per month | ROLLING | UTC           | 40 per month | 80
                    FIXED   | Europe/Berlin | 2000 per day | FIXED   | Europe/Berlin | 50 per hour | 1550
                    FIXED   | Europe/Berlin | 1500 per day | FIXED   | Europe/Berlin | 50 per hour | 0
                    ROLLING | UTC           | 900 per day  | FIXED   | UTC           | 40 per 7 hours | 0
                    SMOOTH  | UTC           | 50 per hour  | ROLLING | UTC           | 40 per hour | 0
                    ROLLING | UTC           | 50 per hour  | SMOOTH  | UTC           | 40 per hour | 0
                    """)
    void turnsOfACalendarAreCountedForAsLongAsTheyMayBe(
            WindowKind kind,
            String zone,
            String loose,
            WindowKind otherKind,
            String otherZone,
            String strict,
            long most) {
        List<String> found = found(
                policy(loose).withKind(kind).withZone(zone),
                policy(strict).withKind(otherKind).withZone(otherZone));

        assertThat(found)
                .isEqualTo(
                        most == 0
                                ? List.of()
                                : List.of("windows: " + loose + " is never reached: " + strict
                                        + " of limits.strict admits at most " + most + " in that time"));
    }

    @Test
    void moreCallsAtOnceThanAnotherPolicyHasAreNeverUnderWay() {
        LimitPolicyOptions many = LOOSE.withAtOnce(8).withWindows(List.of());
        LimitPolicyOptions few = LOOSE.withAtOnce(4).withWindows(List.of());

        assertThat(found(many, few))
                .containsExactly("at-once: 8 is never reached: 4 at once of limits.strict is fewer");
        assertThat(found(by(many, "global"), few)).isEmpty();
    }
}
