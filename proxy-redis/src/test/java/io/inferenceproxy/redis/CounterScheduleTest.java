package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script answers what plain models say, whatever it is asked in which order. */
class CounterScheduleTest {

    private static final int SEEDS = 5;
    private static final int REQUESTS = 10_000;

    /** In Berlin, a day and a half before clocks go forward. */
    private static final long BEGIN = Instant.parse("2026-03-27T12:00:00Z").toEpochMilli() * 1_000;

    @TempDir
    private Path directory;

    @Test
    void everyAnswerIsThatOfTheModels() throws Exception {
        Map<String, Integer> happened = new TreeMap<>();
        try (TestRedis redis = TestRedis.start(directory, "appendonly no");
                RedisLink link = RedisLink.open(redis.options())) {
            VirtualScript script = new VirtualScript(link, redis.options(), CounterSchedule.PROXIES);
            for (int seed = 1; seed <= SEEDS; seed++) {
                new CounterSchedule(seed, script, redis.options().lease(), BEGIN)
                        .run(REQUESTS)
                        .forEach((what, times) -> happened.merge(what, times, Integer::sum));
            }
        }

        assertThat(happened.keySet().stream().filter(each -> each.startsWith("refused by ")))
                .as("windows that refused")
                .hasSize(CounterShapes.POLICIES);
        assertThat(happened)
                .allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(10 * SEEDS));
    }
}
