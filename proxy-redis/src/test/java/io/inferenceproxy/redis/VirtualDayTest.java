package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three proxies and one Redis over more than a day, which goes by while clients call them without pause. */
class VirtualDayTest {

    private static final int PROXIES = 3;
    private static final int CLIENTS = 32;
    private static final Duration HALF_HOUR = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void fiftyAnHourAreAdmittedUntilTheTwoHundredOfTheDayAreUsedAndFiftyAgainADayAfterTheFirst() throws Exception {
        List<Replica> replicas = new ArrayList<>();
        try (TestRedis redis = TestRedis.start(directory, "appendfsync no");
                ForwardedClock clock = ForwardedClock.of(redis.port());
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.otherwise(Answer.json("{}"));
            RedisOptions options = redis.options()
                    .withUrl("redis://127.0.0.1:" + clock.port())
                    .withTimeout(Duration.ofSeconds(10)); // however busy the machine is, Redis decides
            LimitPolicyOptions policy =
                    LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll("50 per hour; 200 per day"));
            try {
                for (int i = 0; i < PROXIES; i++) {
                    replicas.add(new Replica(Replica.builder(upstream.uri(), options, Map.of("per-user", policy))
                            .ticker(clock)
                            .start()));
                }
                List<URI> uris =
                        replicas.stream().map(each -> each.proxy().uri()).toList();
                try (Load load = Load.of(uris, CLIENTS, Load.ANY)) {
                    int admitted = 0;
                    int past = 0;
                    for (int halfHour = 0; halfHour <= 50; halfHour += halfHour < 10 ? 1 : 2) {
                        clock.advance(HALF_HOUR.multipliedBy(halfHour - past));
                        past = halfHour;
                        admitted += halfHour % 2 == 0 && (halfHour < 8 || halfHour >= 48) ? 50 : 0;

                        load.await(Load::isRefused, PATIENCE);

                        assertThat(load.shared())
                                .as("after %d half hours", halfHour)
                                .isEqualTo(admitted);
                        if (halfHour == 7) {
                            assertTold(replicas.get(0).call());
                        }
                    }
                    assertThat(load.alone()).as("without Redis").isZero();
                }
                assertThat(upstream.requestCount()).as("that came through").isEqualTo(300);
            } finally {
                replicas.forEach(Replica::close);
            }
        }
    }

    /** Half an hour after the last call of the day: the first of them was three and a half hours ago. */
    private static void assertTold(RawResponse refused) {
        assertThat(refused.header("RateLimit").orElseThrow())
                .contains("-hour\";r=0;")
                .contains("-day\";r=0;");
        Duration wait =
                Duration.ofSeconds(Long.parseLong(refused.header("Retry-After").orElseThrow()));
        assertThat(wait).isBetween(Duration.ofMinutes(20 * 60 + 20), Duration.ofMinutes(20 * 60 + 30));
    }
}
