package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedClaim.Turns;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.limit.SharedWindow.Kind;
import io.inferenceproxy.units.Secret;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user of Redis that the documentation names may do all that proxies do, and nothing that they do not. */
class RedisUserTest {

    private static final Path DOCUMENTATION = Path.of("..", "docs", "limits.md");
    private static final Pattern COMMAND = Pattern.compile("[ `]\\+([a-z|]+)");

    @TempDir
    private Path directory;

    /** The commands of that line of the documentation. */
    private static List<String> commands(String said) throws IOException {
        String line = Files.readAllLines(DOCUMENTATION).stream()
                .filter(each -> each.contains(said))
                .findFirst()
                .orElseThrow();
        return COMMAND.matcher(line).results().map(each -> each.group(1)).toList();
    }

    private static List<String> commands() throws IOException {
        return commands("ACL SETUSER proxy");
    }

    private static <T> T now(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    /** All that a proxy asks, from its start to its end, of a Redis that knows nothing yet. */
    private static void useAll(RedisOptions options) throws Exception {
        SharedWindow window = new SharedWindow("hour", Kind.ROLLING, Duration.ofHours(1), 1, false, 0);
        SharedClaim claim = new SharedClaim(window, new CounterKey(1, 1), 1, 5, Turns.NONE);
        RedisLink link = RedisLink.open(options);
        RedisCounters counters = RedisCounters.over(link, options);
        boolean isUsed = false;
        try {
            now(counters.beat());
            now(counters.register(List.of("hour")));
            long at = now(counters.ask(new SharedRequest(Verb.CHARGE, List.of(claim), 0)))
                    .now();
            now(counters.ask(new SharedRequest(Verb.GIVE_BACK, List.of(claim), at)));
            now(counters.beat());
            isUsed = true;
        } finally {
            counters.close();
            assertThat(isUsed).isTrue();
        }
    }

    private static void makeUser(RedisCommands<String, String> admin, List<String> commands) {
        CommandArgs<String, String> rules = new CommandArgs<>(StringCodec.UTF8)
                .add("SETUSER")
                .add("proxy")
                .add("reset")
                .add("on")
                .add(">hunter22")
                .add("~{inference-proxy}:*");
        commands.forEach(each -> rules.add("+" + each));
        admin.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), rules);
    }

    private static RedisOptions asUser(RedisOptions options) {
        return options.withUsername("proxy").withPassword(Secret.of("hunter22"));
    }

    /** What the user was refused, but for the name of the client library, which it may not say. */
    private static List<Object> refused(RedisCommands<String, String> admin) {
        return admin.aclLog().stream()
                .map(each -> each.get("object"))
                .filter(each -> !each.equals("client"))
                .toList();
    }

    @Test
    void allItMayIsWhatProxiesDo() throws Exception {
        RedisClient client = RedisClient.create();
        try (TestRedis redis = TestRedis.start(directory, "appendonly no")) {
            RedisCommands<String, String> admin =
                    client.connect(RedisURI.create(redis.options().url())).sync();
            List<String> commands = commands();
            makeUser(admin, commands);

            useAll(asUser(redis.options()));

            assertThat(refused(admin)).isEmpty();
            for (String each : commands) {
                makeUser(
                        admin,
                        commands.stream().filter(other -> !other.equals(each)).toList());
                admin.flushall();
                admin.scriptFlush();
                admin.aclLogReset();
                Throwable failure = catchThrowable(() -> useAll(asUser(redis.options())));
                assertThat(refused(admin)).as("without it, after " + failure).contains(each);
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    @Test
    void inAClusterItMayFindTheNodesToo() throws Exception {
        RedisClient client = RedisClient.create();
        try (TestRedis redis = TestRedis.startNode(directory.resolve("node"))) {
            RedisCommands<String, String> admin =
                    client.connect(RedisURI.create(redis.options().url())).sync();
            admin.clusterAddSlots(IntStream.range(0, SlotHash.SLOT_COUNT).toArray());
            await().until(() -> admin.clusterInfo().contains("cluster_state:ok"));
            List<String> commands = new ArrayList<>(commands());
            commands.addAll(commands("in a cluster `+"));
            makeUser(admin, commands);

            useAll(asUser(redis.options()).withUrl("redis-cluster://127.0.0.1:" + redis.port()));

            assertThat(refused(admin)).isEmpty();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }
}
