package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Proxies over a cluster, and over a master that a sentinel watches: decisions are exact, and so they are again when a
 * replica has taken the place of the master. The tests mostly wait for servers to agree.
 */
@Execution(ExecutionMode.CONCURRENT)
class RedisFailoverTest {

    /** As stated, after there is a new master. */
    private static final Duration BACK = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private static LimitPolicyOptions policy(LimitKey key, String windows) {
        return LimitPolicyOptions.DEFAULT.withKey(key).withWindows(Window.parseAll(windows));
    }

    private static ScriptedUpstream upstream() {
        ScriptedUpstream upstream = ScriptedUpstream.start();
        upstream.otherwise(Answer.json("{}"));
        return upstream;
    }

    private static void assertNothingLeft(RawResponse answer, String windows) {
        assertThat(answer.header("X-RateLimit-Degraded")).isEmpty();
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("RateLimit").orElseThrow()).contains(windows);
    }

    @Test
    void inAClusterAllLimitsAreInOneSlotAndFollowItToAnotherNode() throws Exception {
        Map<String, LimitPolicyOptions> limits = new LinkedHashMap<>();
        limits.put("per-user", policy(LimitKey.USER, "50 per hour; 200 per day"));
        limits.put("all", policy(LimitKey.GLOBAL, "70 per hour"));
        limits.put(
                "models",
                LimitPolicyOptions.DEFAULT
                        .withKey(LimitKey.ROUTE)
                        .withAtOnce(64)
                        .withWindows(List.of()));
        try (TestCluster cluster = TestCluster.start(directory);
                ScriptedUpstream upstream = upstream();
                Replica one = Replica.start(upstream, cluster.options(), limits);
                Replica two = Replica.start(upstream, cluster.options(), limits)) {
            assertThat(Callers.admitted(List.of(one.proxy().uri(), two.proxy().uri()), 8, 10))
                    .isEqualTo(50);
            assertNothingLeft(two.call(), "\"per-user-hour\";r=0;");
            assertThat(two.call().header("RateLimit").orElseThrow())
                    .contains("\"per-user-day\";r=150;")
                    .contains("\"all-hour\";r=20;");
            assertThat(cluster.keys()).element(0).isNotEqualTo(0L);
            assertThat(cluster.keys().subList(1, 3)).as("of the other nodes").containsOnly(0L);

            cluster.failOver();

            await().atMost(BACK)
                    .untilAsserted(() -> assertThat(List.of(one, two))
                            .as("the replica knows what was charged, and no more was")
                            .allSatisfy(each -> assertNothingLeft(each.call(), "\"per-user-day\";r=150;")));
        }
    }

    @Test
    void aMasterThatBecomesAReplicaUnderTheProxyIsLeftForWhoTookItsPlace() throws Exception {
        Map<String, LimitPolicyOptions> limits = Map.of("per-user", policy(LimitKey.USER, "60 per hour"));
        RedisClient client = RedisClient.create();
        try (TestRedis before = TestRedis.start(Files.createDirectory(directory.resolve("before")));
                TestRedis after = TestRedis.start(Files.createDirectory(directory.resolve("after")));
                StallingLink address = StallingLink.to(before.port());
                ScriptedUpstream upstream = upstream();
                Replica one = Replica.start(
                        upstream, before.options().withUrl("redis://127.0.0.1:" + address.port()), limits)) {
            RedisCommands<String, String> old = commands(client, before);
            RedisCommands<String, String> fresh = commands(client, after);
            fresh.replicaof("127.0.0.1", before.port());
            for (int i = 0; i < 40; i++) {
                assertThat(one.call().status()).isEqualTo(200);
            }
            await().atMost(BACK).until(() -> fresh.dbsize() > 0 && old.waitForReplication(1, 100) == 1);

            fresh.replicaofNoOne();
            old.replicaof("127.0.0.1", after.port());
            address.lead(after.port());

            await().atMost(BACK).untilAsserted(() -> {
                RawResponse answer = one.call();
                assertThat(answer.header("X-RateLimit-Degraded")).isEmpty();
                assertThat(Integer.parseInt(
                                answer.header("X-RateLimit-Remaining").orElseThrow()))
                        .isLessThan(20);
            });
            assertThat(old.info("commandstats")).as("it was asked").contains("cmdstat_evalsha");
            assertThat(fresh.info("commandstats")).as("and now the other is").contains("cmdstat_evalsha");
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static RedisCommands<String, String> commands(RedisClient client, TestRedis redis) {
        return client.connect(RedisURI.create("127.0.0.1", redis.port())).sync();
    }

    @Test
    void whenTheSentinelHasMadeTheReplicaMasterDecisionsAreSharedAgain() throws Exception {
        Map<String, LimitPolicyOptions> limits = Map.of("per-user", policy(LimitKey.USER, "60 per hour"));
        try (TestSentinel redis = TestSentinel.start(directory);
                ScriptedUpstream upstream = upstream();
                Replica one = Replica.start(upstream, redis.options(), limits);
                Replica two = Replica.start(upstream, redis.options(), limits)) {
            List<Replica> both = List.of(one, two);
            await().until(() -> one.metrics().contains("inference_proxy_rate_limit_replicas 2"));
            for (int i = 0; i < 40; i++) {
                assertThat(both.get(i % 2).call().status()).isEqualTo(200);
            }

            redis.killMaster();

            AtomicInteger since = new AtomicInteger();
            await().atMost(BACK)
                    .untilAsserted(() -> assertThat(both).allSatisfy(each -> {
                        RawResponse answer = each.call();
                        since.addAndGet(answer.status() == 200 ? 1 : 0);
                        assertNothingLeft(answer, "\"per-user-hour\";r=0;");
                    }));
            assertThat(since.get()).as("in all").isBetween(20, 21);
        }
    }
}
