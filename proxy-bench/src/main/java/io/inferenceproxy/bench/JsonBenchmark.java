package io.inferenceproxy.bench;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.validate.BodySchema;
import io.inferenceproxy.validate.ValidateFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** The check of content by the filter that the proxy has, the gathering of the body included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonBenchmark {

    private static final CompletionStage<ProxyResponse> PASSED =
            CompletableFuture.completedFuture(ProxyResponse.empty(200));
    private static final ProxyHandler NEXT = call -> PASSED;
    private static final int DEPTH = 64;

    private final ValidateFilter plain = filter(Optional.empty());
    private final ValidateFilter withSchema = filter(Optional.of(schema()));
    private final byte[] small = Contents.small();
    private final byte[] large = Contents.large();

    /** Half a kilobyte, is it JSON? */
    @Benchmark
    public CompletionStage<ProxyResponse> small() {
        return checked(plain, small);
    }

    /** Half a kilobyte, does it follow the schema? */
    @Benchmark
    public CompletionStage<ProxyResponse> smallWithSchema() {
        return checked(withSchema, small);
    }

    /** 32 KB, is it JSON? */
    @Benchmark
    public CompletionStage<ProxyResponse> large() {
        return checked(plain, large);
    }

    /** 32 KB, does it follow the schema? */
    @Benchmark
    public CompletionStage<ProxyResponse> largeWithSchema() {
        return checked(withSchema, large);
    }

    /** In a call of its own, which ends: what is gathered is counted until then. */
    private static CompletionStage<ProxyResponse> checked(ValidateFilter filter, byte[] content) {
        ProxyCall call = call(content);
        CompletionStage<ProxyResponse> answer = filter.filter(call, NEXT);
        call.end(CallEnd.COMPLETED);
        return answer;
    }

    private static ValidateFilter filter(Optional<BodySchema> schema) {
        return ValidateFilter.forJson(
                DataSize.parse("1MB"), DEPTH, schema, Runnable::run, BufferAccount.boundedBy(64 << 20));
    }

    private static BodySchema schema() {
        try {
            Path file = Files.createTempFile("benchmark", ".schema.json");
            try {
                return BodySchema.load(Files.writeString(file, Contents.SCHEMA));
            } finally {
                Files.delete(file);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static ProxyCall call(byte[] content) {
        return Calls.post(Headers.of("Content-Type", "application/json"), content);
    }
}
