package io.inferenceproxy.bench;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.JournalOptions;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitJournal;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A decision over two windows of a user among a thousand, with and without the journal. Between decisions something else is
 * done, as in the proxy: at full speed the writer would have no time to write, and the ring would be full.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class JournalBenchmark {

    private static final int USERS = 1_000;

    /** What else is done for a call, in the benchmark's own unit: some microsecond. */
    private static final int TOKENS = 500;

    /** Whether there is a journal. */
    @Param({"false", "true"})
    public boolean journal;

    private final ProxyCall[] calls = new ProxyCall[USERS];
    private Path file = Path.of("");
    private Optional<LimitJournal> kept = Optional.empty();
    private RateLimiter limiter =
            LimitPolicies.of(Map.of(), Ticker.system(), LimitObserver.NONE).limiter();
    private int next;

    /** Makes the callers. */
    @Setup
    public void open() throws IOException {
        file = Files.createTempFile("limits", ".journal");
        Map<String, LimitPolicyOptions> policies = Map.of(
                "per-user",
                LimitPolicyOptions.DEFAULT.withWindows(
                        Window.parseAll("500000000000 per hour; 1000000000000 per day")));
        kept = LimitJournal.open(JournalOptions.DEFAULT.withFile(file).withEnabled(journal), Ticker.system());
        limiter = kept.map(open -> LimitPolicies.of(policies, LimitObserver.NONE, open))
                .orElseGet(() -> LimitPolicies.of(policies, Ticker.system(), LimitObserver.NONE))
                .limiter();
        kept.ifPresent(LimitJournal::start);
        ProxyCall call = Calls.post(Headers.empty(), new byte[0]);
        for (int i = 0; i < USERS; i++) {
            calls[i] = call.withCaller(Calls.user("user-" + (10_000_000 + i) + "@example.org"));
        }
    }

    /** Removes the file. */
    @TearDown
    public void close() throws IOException {
        kept.ifPresent(open -> {
            System.out.println("dropped: " + open.dropped() + ", bytes: " + open.size());
            open.close();
        });
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".lock"));
    }

    /** The decision, and what else is done. */
    @Benchmark
    public LimitDecision decision() {
        Blackhole.consumeCPU(TOKENS);
        next = next + 1 == USERS ? 0 : next + 1;
        return limiter.tryAcquire(calls[next]);
    }
}
