package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A start that fails after Redis was reached leaves no thread and no connection behind. */
@Isolated("it looks at all threads that there are")
class RefusedStartTest {

    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    @TempDir
    private Path directory;

    /** What proxies and clients of Redis have; the threads of workers end by themselves when they rest. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each ->
                        each.getName().startsWith("lettuce") || each.getName().startsWith("inference-proxy"))
                .collect(Collectors.toSet());
    }

    private static ProxyServerBuilder proxy(TestRedis redis, LimitPolicyOptions policy) {
        return Replica.builder(NOWHERE, redis.options(), Map.of("per-user", policy));
    }

    @Test
    void whateverRefusesItEverythingIsClosed() throws Exception {
        RedisClient client = RedisClient.create();
        try (TestRedis redis = TestRedis.start(directory);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RedisCommands<String, String> commands =
                    client.connect(RedisURI.create("127.0.0.1", redis.port())).sync();
            commands.ping();
            Set<Thread> before = threads();
            LimitPolicyOptions usual = LimitPolicyOptions.DEFAULT;

            for (ProxyServerBuilder refused : List.of(
                    proxy(redis, usual).listen(server -> server.withPort(taken.getLocalPort())),
                    proxy(redis, usual).validation(checks -> checks.withSchema(directory.resolve("missing.json"))))) {
                assertThatThrownBy(refused::start).isInstanceOf(RuntimeException.class);

                await().untilAsserted(() -> {
                    assertThat(threads()).isSubsetOf(before);
                    assertThat(commands.clientList().lines()).as("connections").hasSize(1);
                });
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }
}
