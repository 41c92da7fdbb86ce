package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * More than a million decisions, all under policies of every kind at once, held against a model that keeps a list of charges: never
 * too much in any span, all or nothing, admitted after the told wait, and no unit lost or made by what is given back, settled,
 * killed and started again.
 */
class LimitScheduleTest {

    private static final int DECISIONS = 170_000;

    @TempDir
    private Path directory;

    /** Each calendar begins before its clocks are changed: by an hour, by half an hour, or never. */
    @ParameterizedTest
    @CsvSource({
        "1, Europe/Berlin, 2026-03-28T20:00:00Z",
        "2, Australia/Lord_Howe, 2026-04-04T10:00:00Z",
        "3, Asia/Kathmandu, 2026-01-01T00:00:00Z",
        "5, America/St_Johns, 2026-10-31T20:00:00Z",
        "8, Australia/Lord_Howe, 2026-10-03T10:00:00Z",
        "13, UTC, 1970-01-01T00:00:00Z",
    })
    void everyAnswerIsThatOfTheModel(long seed, String zone, Instant begin) throws IOException {
        Map<String, LimitPolicyOptions> policies = policies(new Random(seed), zone);

        Map<String, Integer> happened = new LimitSchedule(seed, policies, begin, directory).run(DECISIONS);

        List<String> expected = new ArrayList<>(List.of(
                "given back",
                "given back for CANCELLED",
                "given back for UPSTREAM_FAILURE",
                "killed",
                "killed in a write",
                "no room",
                "restart",
                "settled",
                "waited"));
        LimitPolicies.windowNames(policies).forEach(window -> expected.add("refused by " + window));
        assertThat(happened).as("seed %d", seed).containsOnlyKeys(expected);
        assertThat(happened.values()).as("seed %d: %s", seed, happened).allMatch(times -> times > 10);
    }

    private static Map<String, LimitPolicyOptions> policies(Random random, String zone) {
        Map<String, LimitPolicyOptions> policies = new LinkedHashMap<>();
        policies.put(
                "calls",
                LimitPolicyOptions.DEFAULT
                        .withWindows(List.of(
                                window(3 + random.nextInt(3), 2 + random.nextInt(3)),
                                window(9 + random.nextInt(5), 35 + random.nextInt(15))))
                        .withMaxKeys(8));
        policies.put(
                "units",
                LimitPolicyOptions.DEFAULT
                        .withCost(LimitSchedule.COST)
                        .withEstimate(5 + random.nextInt(10))
                        .withWindows(List.of(
                                window(80 + random.nextInt(20), 10 + random.nextInt(5)),
                                window(140 + random.nextInt(20), 60 + random.nextInt(10)),
                                window(180 + random.nextInt(20), 135 + random.nextInt(15))))
                        .withGiveBack(Set.of(GiveBack.CANCELLED, GiveBack.UPSTREAM_FAILURE)));
        policies.put(
                "items",
                LimitPolicyOptions.DEFAULT
                        .withKey(LimitKey.GLOBAL)
                        .withCost(LimitCost.parse("items:/items"))
                        .withWindows(List.of(
                                window(513 + random.nextInt(50), 50 + random.nextInt(10)),
                                window(800 + random.nextInt(100), 95 + random.nextInt(15))))
                        .withGiveBack(Set.of(GiveBack.CANCELLED)));
        policies.put(
                "turns",
                LimitPolicyOptions.DEFAULT
                        .withKey(LimitKey.ADDRESS)
                        .withKind(WindowKind.FIXED)
                        .withZone(zone)
                        .withCost(LimitSchedule.COST)
                        .withEstimate(1 + random.nextInt(10))
                        .withWindows(List.of(
                                window(120 + random.nextInt(40), 60),
                                window(300 + random.nextInt(150), 3_600),
                                window(700 + random.nextInt(300), 86_400))));
        policies.put(
                "even",
                LimitPolicyOptions.DEFAULT
                        .withKind(WindowKind.SMOOTH)
                        .withCost(LimitCost.parse("items:/items"))
                        .withBurst(40 + random.nextInt(20))
                        .withWindows(List.of(
                                window(List.of(10, 16, 20).get(random.nextInt(3)), 3 + random.nextInt(3)),
                                window(List.of(100, 125, 160).get(random.nextInt(3)), 50 + random.nextInt(30)))));
        policies.put(
                "together",
                LimitPolicyOptions.DEFAULT.withAtOnce(3 + random.nextInt(3)).withWindows(List.of()));
        return policies;
    }

    private static Window window(long quota, long seconds) {
        return Window.of(quota, Duration.ofSeconds(seconds));
    }
}
