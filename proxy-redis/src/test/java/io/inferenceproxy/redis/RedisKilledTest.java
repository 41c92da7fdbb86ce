package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis is killed and started again while many clients call several proxies without pause. */
class RedisKilledTest {

    private static final int PROXIES = 3;
    private static final int CLIENTS = 32;
    private static final int QUOTA = 512;
    private static final Duration BACK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final List<Replica> replicas = new ArrayList<>();

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
    }

    @Test
    void togetherTheyAdmitNoMoreThanIsStatedAndAllOfItIsThereAfterwards() throws Exception {
        try (TestRedis redis = TestRedis.start(directory);
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.otherwise(Answer.json("{}").withHeadDelay(Duration.ofMillis(20))); // so that calls are under way
            start(redis, upstream);
            // More calls than are made until it is killed, and so few that by half of what is left, and not a third,
            // each would
            // admit more than is stated, however late that is.
            try (Load load = load(150)) {
                await().pollInterval(Duration.ofMillis(1)).until(() -> load.shared() >= 40);
                redis.kill();
                load.allow(Load.ANY);
                load.await(Load::isRefusedAlone, PATIENCE);

                int before = load.shared();
                long charged = redis.chargedWhenItDied();
                assertThat(charged)
                        .as("nothing that was answered is lost")
                        .isBetween((long) before, (long) before + CLIENTS);
                long left = QUOTA - charged;
                assertThat(load.alone()).as("admitted without Redis").isGreaterThanOrEqualTo((int)
                        (left / PROXIES * PROXIES));
                assertThat(replicas)
                        .allSatisfy(each -> assertThat(each.metrics())
                                .contains("inference_proxy_rate_limit_degraded 1")
                                .contains("inference_proxy_rate_limit_failures_total{reason=\"error\"}"));

                redis.restart();
                long restarted = System.nanoTime();
                load.await(Load::isRefused, BACK);
                await().atMost(BACK.minusNanos(System.nanoTime() - restarted))
                        .untilAsserted(() -> assertThat(redis.charged())
                                .as("counted by Redis")
                                .isEqualTo(charged + load.alone() + load.shared() - before)
                                .isGreaterThanOrEqualTo(QUOTA));

                assertThat(replicas)
                        .allSatisfy(
                                each -> assertThat(each.metrics()).contains("inference_proxy_rate_limit_degraded 0"));
                assertThat((double) load.alone() + load.shared() - QUOTA)
                        .as("more than the quota, where %d were left", left)
                        .isLessThanOrEqualTo((PROXIES - 1.0) * (QUOTA - left) / PROXIES + PROXIES - 1);
            }
        }
    }

    /** Three, each of which knows of the others. */
    private void start(TestRedis redis, ScriptedUpstream upstream) {
        LimitPolicyOptions policy = LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(QUOTA + " per hour"));
        RedisOptions patient = redis.options().withTimeout(Duration.ofSeconds(10)); // however busy the machine is
        for (int i = 0; i < PROXIES; i++) {
            replicas.add(Replica.start(upstream, patient, Map.of("per-user", policy)));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(replicas)
                        .allSatisfy(each ->
                                assertThat(each.metrics()).contains("inference_proxy_rate_limit_replicas " + PROXIES)));
    }

    private Load load(int calls) {
        return Load.of(replicas.stream().map(each -> each.proxy().uri()).toList(), CLIENTS, calls);
    }
}
