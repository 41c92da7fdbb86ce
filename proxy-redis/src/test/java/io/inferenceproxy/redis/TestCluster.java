package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.limit.RedisOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A real cluster: three masters, and a replica of the one that has the slot of the limits. */
final class TestCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final Duration FORMING = Duration.ofSeconds(20);

    private final RedisClient client = RedisClient.create();
    private final List<TestRedis> nodes = new ArrayList<>();
    private final List<RedisCommands<String, String>> commands = new ArrayList<>();
    private final int slot = SlotHash.getSlot(RedisOptions.DEFAULT.prefix());
    private final int owner = slot * MASTERS / SlotHash.SLOT_COUNT;

    static TestCluster start(Path directory) throws IOException {
        TestCluster cluster = new TestCluster();
        try {
            cluster.form(directory);
            return cluster;
        } catch (IOException | RuntimeException | Error failed) {
            cluster.close();
            throw failed;
        }
    }

    private void form(Path directory) throws IOException {
        for (int i = 0; i <= MASTERS; i++) {
            TestRedis node = TestRedis.startNode(directory.resolve("node-" + i));
            nodes.add(node);
            RedisCommands<String, String> at =
                    client.connect(RedisURI.create("127.0.0.1", node.port())).sync();
            commands.add(at);
            at.clusterSetConfigEpoch(i + 1);
            if (i < MASTERS) {
                at.clusterAddSlots(IntStream.range(0, SlotHash.SLOT_COUNT)
                        .filter(each -> each * MASTERS / SlotHash.SLOT_COUNT == commands.size() - 1)
                        .toArray());
            }
        }
        nodes.forEach(each -> commands.get(0).clusterMeet("127.0.0.1", each.port()));
        RedisCommands<String, String> replica = commands.get(MASTERS);
        String followed = commands.get(owner).clusterMyId();
        await().atMost(FORMING).until(() -> replica.clusterNodes().contains(followed));
        replica.clusterReplicate(followed);
        await().atMost(FORMING).untilAsserted(() -> {
            assertThat(commands)
                    .allSatisfy(each -> assertThat(each.clusterInfo())
                            .contains("cluster_state:ok")
                            .contains("cluster_known_nodes:" + nodes.size()));
            assertThat(replica.info("replication")).contains("master_link_status:up");
        });
    }

    /** As a proxy finds it: by one node, which does not have the slot of the limits. */
    RedisOptions options() {
        TestRedis other = nodes.get((owner + 1) % MASTERS);
        return other.options().withUrl("redis-cluster://127.0.0.1:" + other.port());
    }

    /** How many keys each of the masters holds, first the one that has the slot of the limits. */
    List<Long> keys() {
        return IntStream.range(0, MASTERS)
                .mapToObj(i -> commands.get((owner + i) % MASTERS).dbsize())
                .toList();
    }

    /** Kills the master that has the slot of the limits, and has its replica take its place at once. */
    void failOver() {
        commands.get(owner).waitForReplication(1, 1_000);
        nodes.get(owner).kill();
        commands.get(MASTERS).clusterFailover(true, true);
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        nodes.forEach(TestRedis::close);
    }
}
