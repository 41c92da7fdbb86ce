package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three proxies that have nothing in common but their Redis: each is a process of its own. */
class ReplicaProcessesTest {

    private static final int CLIENTS = 32;

    @TempDir
    private Path directory;

    @Test
    void thirtyTwoClientsAreAdmittedFiftyAnHourByAllThreeTogether() throws Exception {
        try (TestRedis redis = TestRedis.start(directory);
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.otherwise(Answer.json("{}"));
            List<ReplicaProcess> replicas =
                    ReplicaProcess.startAll(3, upstream.uri(), redis.options(), "200 per day; 50 per hour", 0);
            try {
                List<URI> uris = replicas.stream().map(ReplicaProcess::uri).toList();

                assertThat(Callers.admitted(uris, CLIENTS, 8)).isEqualTo(50);

                assertThat(upstream.requestCount()).as("that came through").isEqualTo(50);
                for (URI each : uris) {
                    try (RawClient client = RawClient.connect(each)) {
                        RawResponse refused = Replica.call(client);
                        assertThat(refused.status()).isEqualTo(429);
                        assertThat(refused.header("X-RateLimit-Degraded")).isEmpty();
                        assertThat(refused.header("RateLimit").orElseThrow())
                                .contains("-hour\";r=0;")
                                .contains("-day\";r=150;");
                    }
                }
            } finally {
                replicas.forEach(ReplicaProcess::close);
            }
        }
    }
}
