package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three proxies that take slices of their callers' quotas ahead: together they admit what one alone would, in few round trips. */
@NullUnmarked // fields are set before each test
class SlicedLimitsTest {

    private static final int CLIENTS = 32;
    private static final int SLICE = 20;
    private static final Duration SLICE_FOR = Duration.ofMillis(500);

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final List<Replica> replicas = new ArrayList<>();
    private TestRedis redis;

    @BeforeEach
    void open() {
        upstream.otherwise(Answer.json("{}"));
        redis = TestRedis.start(directory, "appendfsync no");
    }

    @AfterEach
    void close() {
        replicas.forEach(Replica::close);
        redis.close();
        upstream.close();
    }

    private RedisOptions options() {
        return redis.options().withSlice(SLICE).withSliceFor(SLICE_FOR);
    }

    private void start(int count, String windows) {
        for (int i = 0; i < count; i++) {
            replicas.add(Replica.start(
                    upstream,
                    options(),
                    Map.of("per-user", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows)))));
        }
    }

    /** How many are admitted of that many calls by each of 32 clients, in turn at all replicas. */
    private int admitted(int calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Replica replica = replicas.get(i % replicas.size());
                clients.add(threads.submit(() -> {
                    try (RawClient client = replica.client()) {
                        return admitted(client, calls);
                    }
                }));
            }
            int admitted = 0;
            for (Future<Integer> client : clients) {
                admitted += client.get();
            }
            return admitted;
        } finally {
            threads.shutdownNow();
        }
    }

    private static int admitted(RawClient client, int calls) throws Exception {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += Replica.call(client).status() == 200 ? 1 : 0;
        }
        return admitted;
    }

    /** How often a script ran. */
    private long runs() {
        RedisClient client = RedisClient.create(redis.options().url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return connection
                    .sync()
                    .info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_evalsha:"))
                    .mapToLong(line -> Long.parseLong(line.substring(line.indexOf("calls=") + 6, line.indexOf(','))))
                    .sum();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ZERO);
        }
    }

    @Test
    void fiftyAnHourAreAdmittedAndNoMoreAndAllOfThemOnceSlicesAreGivenBack() throws Exception {
        start(3, "50 per hour; 200 per day");

        int[] admitted = {admitted(4)};

        assertThat(admitted[0]).isLessThanOrEqualTo(50);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            for (Replica each : replicas) {
                admitted[0] += each.call().status() == 200 ? 1 : 0;
            }
            assertThat(admitted[0]).isEqualTo(50);
        });
        assertThat(admitted(2)).isZero();
        assertThat(replicas.get(0).call().header("RateLimit").orElseThrow())
                .contains("\"per-user-hour\";r=0;t=")
                .contains("\"per-user-day\";r=150;t=");
    }

    @Test
    void mostCallsCostNoRoundTripAndNoneIsForgotten() throws Exception {
        start(3, "100000 per hour");
        long before = runs();
        int calls = 60;

        assertThat(admitted(calls)).isEqualTo(CLIENTS * calls);

        assertThat(runs() - before).isLessThan(CLIENTS * calls / 5);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(remainingBut(1))
                        .as("what was not used comes back")
                        .isEqualTo(100_000 - CLIENTS * calls));
    }

    /** How much is left, but for the calls that look. */
    private long remainingBut(int calls) {
        looked += calls;
        return looked
                + Long.parseLong(
                        replicas.get(0).call().header("X-RateLimit-Remaining").orElseThrow());
    }

    private int looked;

    @Test
    void aProxyThatIsKilledTakesNoMoreThanItsSliceWithIt() throws Exception {
        int quota = 100;
        start(1, quota + " per hour");
        try (ReplicaProcess dies = ReplicaProcess.start(upstream.uri(), options(), "100 per hour", 0);
                RawClient client = RawClient.connect(dies.uri())) {
            int there = admitted(client, 6);
            assertThat(there).isEqualTo(6);

            dies.kill();

            try (RawClient other = replicas.get(0).client()) {
                assertThat(there + admitted(other, quota)).isBetween(quota - SLICE, quota);
            }
        }
    }
}
