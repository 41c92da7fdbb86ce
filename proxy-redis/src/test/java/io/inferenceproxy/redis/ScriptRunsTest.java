package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decision is one run of one script in Redis, as Redis itself counts them. */
class ScriptRunsTest {

    private static final int CALLS = 100;
    private static final Pattern CALLED = Pattern.compile("cmdstat_(\\w+):calls=(\\d+)");

    @TempDir
    private Path directory;

    /** How often each command was carried out until now, in scripts too. */
    private static Map<String, Long> commands(RedisCommands<String, String> redis) {
        Map<String, Long> commands = new HashMap<>();
        Matcher called = CALLED.matcher(redis.info("commandstats"));
        while (called.find()) {
            commands.put(called.group(1), Long.parseLong(called.group(2)));
        }
        return commands;
    }

    private static LimitPolicyOptions policy(LimitKey key) {
        return LimitPolicyOptions.DEFAULT.withKey(key).withWindows(Window.parseAll("400 per hour; 1000 per day"));
    }

    @Test
    void aCallUnderThreePoliciesOfTwoWindowsIsOne() throws Exception {
        Map<String, LimitPolicyOptions> limits = Map.of(
                "per-user",
                policy(LimitKey.USER),
                "per-address",
                policy(LimitKey.ADDRESS),
                "all",
                policy(LimitKey.GLOBAL));
        RedisClient client = RedisClient.create();
        try (TestRedis redis = TestRedis.start(directory, "appendonly no");
                ScriptedUpstream upstream = ScriptedUpstream.start();
                Replica replica = Replica.start(upstream, redis.options(), limits);
                RawClient caller = replica.client()) {
            upstream.otherwise(Answer.json("{}"));
            RedisCommands<String, String> all =
                    client.connect(RedisURI.create(redis.options().url())).sync();
            Replica.call(caller); // the first of each script is sent whole
            Map<String, Long> before = commands(all);

            for (int i = 0; i < CALLS; i++) {
                assertThat(Replica.call(caller).status()).isEqualTo(200);
            }

            Map<String, Long> after = commands(all);
            ToLongFunction<String> since = each -> after.getOrDefault(each, 0L) - before.getOrDefault(each, 0L);
            long pulses = since.applyAsLong("zcard");
            long others = pulses + since.applyAsLong("zrangebyscore"); // scripts that have what no other has
            assertThat(since.applyAsLong("evalsha") - others).as("runs").isEqualTo(CALLS);
            assertThat(since.applyAsLong("mget")).as("reads").isEqualTo(CALLS);
            assertThat(since.applyAsLong("set") - pulses)
                    .as("windows that are written")
                    .isEqualTo(6L * CALLS);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }
}
