package io.inferenceproxy.redis;

import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.units.Secret;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import redis.embedded.RedisSentinel;
import redis.embedded.core.RedisSentinelBuilder;

/** A real master with a replica, both with a password, and a sentinel that watches them. */
final class TestSentinel implements AutoCloseable {

    private static final String NAME = "limits";
    private static final String PASSWORD = "hunter22";
    private static final Duration FORMING = Duration.ofSeconds(20);

    private final RedisClient client = RedisClient.create();
    private final TestRedis master;
    private final TestRedis replica;
    private final RedisSentinel sentinel;
    private final RedisCommands<String, String> atMaster;

    private TestSentinel(TestRedis master, TestRedis replica) throws IOException {
        this.master = master;
        this.replica = replica;
        RedisURI uri = RedisURI.create("127.0.0.1", master.port());
        uri.setAuthentication(PASSWORD.toCharArray());
        this.atMaster = client.connect(uri).sync();
        await().atMost(FORMING).until(() -> atMaster.info("replication").contains("state=online"));
        this.sentinel = watching(master);
        sentinel.start();
    }

    private static RedisSentinel watching(TestRedis master) {
        RedisSentinelBuilder builder = RedisSentinel.newRedisSentinel()
                .executableProvider(TestRedis::program)
                .port(TestRedis.freePort())
                .masterName(NAME)
                .masterPort(master.port())
                .quorumSize(1)
                .downAfterMilliseconds(500)
                .failOverTimeout(5_000);
        builder.addDefaultReplicationGroup();
        return builder.setting("sentinel auth-pass " + NAME + " " + PASSWORD).build();
    }

    static TestSentinel start(Path directory) throws IOException {
        TestRedis master = TestRedis.start(
                Files.createDirectory(directory.resolve("master")),
                "requirepass " + PASSWORD,
                "masterauth " + PASSWORD,
                "repl-diskless-sync-delay 0");
        try {
            TestRedis replica = TestRedis.start(
                    Files.createDirectory(directory.resolve("replica")),
                    "requirepass " + PASSWORD,
                    "masterauth " + PASSWORD,
                    "replicaof 127.0.0.1 " + master.port());
            try {
                return new TestSentinel(master, replica);
            } catch (IOException | RuntimeException | Error failed) {
                replica.close();
                throw failed;
            }
        } catch (IOException | RuntimeException | Error failed) {
            master.close();
            throw failed;
        }
    }

    RedisOptions options() {
        return master.options()
                .withUrl("redis-sentinel://127.0.0.1:" + sentinel.ports().get(0) + "?sentinelMasterId=" + NAME)
                .withPassword(Secret.of(PASSWORD));
    }

    /** Kills the master, once the replica knows what it knows; the sentinel does the rest. */
    void killMaster() {
        atMaster.waitForReplication(1, 1_000);
        master.kill();
    }

    @Override
    public void close() throws IOException {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        sentinel.stop();
        replica.close();
        master.close();
    }
}
