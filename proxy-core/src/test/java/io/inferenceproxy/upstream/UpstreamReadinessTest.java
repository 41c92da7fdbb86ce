package io.inferenceproxy.upstream;

import static io.inferenceproxy.upstream.Calls.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.upstream.UpstreamReadiness.Readiness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class UpstreamReadinessTest {

    private final StepScheduler io = new StepScheduler();
    private final ScriptedClient client = new ScriptedClient();

    @Test
    void upstream_is_usable_when_one_of_its_addresses_accepts_connections() {
        client.dead("a.test:80");
        UpstreamReadiness readiness = readiness(Map.of("default", options("http://a.test", "http://b.test")));

        Readiness found = found(readiness);

        assertThat(found.isReady()).isTrue();
        assertThat(found.usable()).containsExactly("default");
    }

    @Test
    void nothing_is_ready_without_a_usable_upstream() {
        client.dead("a.test:80");
        Map<String, UpstreamOptions> upstreams = new LinkedHashMap<>();
        upstreams.put("dead", options("http://a.test"));
        upstreams.put("empty", UpstreamOptions.DEFAULT);

        Readiness found = found(readiness(upstreams));

        assertThat(found.isReady()).isFalse();
        assertThat(found.unusable()).containsExactly("dead", "empty");
    }

    @Test
    void finding_holds_for_a_second() {
        UpstreamReadiness readiness = readiness(Map.of("default", options("http://a.test")));
        found(readiness);
        client.dead("a.test:80");

        io.advance(Duration.ofMillis(999));
        assertThat(found(readiness).isReady()).isTrue();
        io.advance(Duration.ofMillis(1));

        assertThat(found(readiness).isReady()).isFalse();
        assertThat(client.probes()).isEqualTo(2);
    }

    @Test
    void those_who_ask_at_once_share_one_round() {
        CompletableFuture<Boolean> slow = new CompletableFuture<>();
        int[] probes = {0};
        UpstreamReadiness readiness = new UpstreamReadiness(
                new Upstreams(Map.of("default", options("http://a.test"))).groups(),
                new UpstreamClient() {
                    @Override
                    public CompletionStage<ProxyResponse> exchange(UpstreamRequest request, ProxyCall call) {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public CompletionStage<Boolean> probe(UpstreamAddress address, Duration timeout) {
                        probes[0]++;
                        return slow;
                    }

                    @Override
                    public void close() {
                        slow.complete(false);
                    }
                },
                io);

        CompletionStage<Readiness> first = readiness.check(io);
        CompletionStage<Readiness> second = readiness.check(io);
        slow.completeExceptionally(new IllegalStateException("broken"));

        assertThat(probes[0]).isEqualTo(1);
        assertThat(first.toCompletableFuture().join().isReady()).isFalse();
        assertThat(second.toCompletableFuture().join().isReady()).isFalse();
    }

    @Test
    void unknown_upstream_is_named() {
        Upstreams upstreams = new Upstreams(Map.of("default", options("http://a.test")));

        assertThatThrownBy(() -> upstreams.group("defualt"))
                .hasMessage("upstream: defualt (expected: one of [default])");
    }

    private UpstreamReadiness readiness(Map<String, UpstreamOptions> options) {
        return new UpstreamReadiness(new Upstreams(options).groups(), client, io);
    }

    private Readiness found(UpstreamReadiness readiness) {
        return readiness.check(io).toCompletableFuture().join();
    }
}
