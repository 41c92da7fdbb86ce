package io.inferenceproxy;

import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.bench.BareProxy;
import io.inferenceproxy.bench.Calls;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Window;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamClient;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.inferenceproxy.upstream.UpstreamRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call through the whole pipeline, with an upstream that answers at once and no socket anywhere: with all default
 * policies, and with none. The difference is what the policies cost, heads aside.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PipelineBenchmark {

    private static final byte[] CONTENT =
            "{\"text\":\"%s\"}".formatted(" of the patient".repeat(32)).getBytes(StandardCharsets.UTF_8);
    private static final ProxyResponse ANSWER =
            ProxyResponse.of(200, Headers.of("Content-Type", "application/json"), Body.of(new byte[200]));

    private final ProxyOptions options = ProxyOptions.DEFAULT
            .withUpstreams(
                    Map.of("default", UpstreamOptions.DEFAULT.withUrls(List.of(URI.create("http://127.0.0.1:8000")))))
            .withAuth(ProxyOptions.DEFAULT.auth().withSecret(Secret.of("of the benchmarks, of 32 bytes and more")))
            .withLimits(Map.of(
                    "per-user",
                    LimitPolicyOptions.DEFAULT.withWindows(
                            Window.parseAll("500000000000 per hour; 1000000000000 per day"))))
            .withLogging(ProxyOptions.DEFAULT.logging().withAccess(false));
    private final FrontDoor withPolicies = frontDoor(options, Optional.empty());
    private final FrontDoor bare = frontDoor(BareProxy.without(options), Optional.of(new CompositeMeterRegistry()));
    private final ProxyRequest request = request();

    /** With authentication by a token that was seen before, two windows, the check of JSON, and metrics. */
    @Benchmark
    public ProxyResponse allPolicies() {
        return answer(withPolicies);
    }

    /** With none of them. */
    @Benchmark
    public ProxyResponse bare() {
        return answer(bare);
    }

    private ProxyResponse answer(FrontDoor door) {
        ProxyCall call = door.arrived(request, Calls.IO);
        ProxyResponse response = door.handle(call).toCompletableFuture().join();
        if (response.status() != 200) {
            throw new IllegalStateException("answered " + response);
        }
        response.body().cancel();
        call.end(CallEnd.COMPLETED);
        return response;
    }

    private ProxyRequest request() {
        TokenIssuer issuer = new TokenIssuer(options.auth(), SigningKeys.of(options.auth()), Ticker.system());
        String token = issuer.issue(TokenRequest.of("alice")).text();
        Headers headers = Headers.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
        return Calls.post(headers, CONTENT).request();
    }

    private static FrontDoor frontDoor(ProxyOptions options, Optional<MeterRegistry> registry) {
        Parts parts = new Parts(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                registry,
                Ticker.system(),
                Optional.empty());
        Assembly assembly = new Assembly(
                options,
                parts,
                new Echo(),
                Runnable::run,
                BufferAccount.boundedBy(64 << 20),
                Optional.empty(),
                () -> false,
                new Opened());
        FrontDoor door = assembly.frontDoor(assembly.pipeline());
        assembly.observation().observations().start();
        return door;
    }

    /** An upstream that answers before it is asked. */
    private static final class Echo implements UpstreamClient {

        private static final CompletionStage<ProxyResponse> ANSWERED = CompletableFuture.completedFuture(ANSWER);

        @Override
        public CompletionStage<ProxyResponse> exchange(UpstreamRequest request, ProxyCall call) {
            request.body().cancel();
            return ANSWERED;
        }

        @Override
        public CompletionStage<Boolean> probe(UpstreamAddress address, Duration timeout) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
