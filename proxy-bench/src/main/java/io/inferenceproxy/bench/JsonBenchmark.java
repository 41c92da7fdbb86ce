package io.inferenceproxy.bench;

import io.inferenceproxy.call.ProxyCall;
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
    private final ProxyCall small = call(Contents.small());
    private final ProxyCall large = call(Contents.large());

    /** Half a kilobyte, is it JSON? */
    @Benchmark
    public CompletionStage<ProxyResponse> small() {
        return plain.filter(small, NEXT);
    }

    /** Half a kilobyte, does it follow the schema? */
    @Benchmark
    public CompletionStage<ProxyResponse> smallWithSchema() {
        return withSchema.filter(small, NEXT);
    }

    /** 32 KB, is it JSON? */
    @Benchmark
    public CompletionStage<ProxyResponse> large() {
        return plain.filter(large, NEXT);
    }

    /** 32 KB, does it follow the schema? */
    @Benchmark
    public CompletionStage<ProxyResponse> largeWithSchema() {
        return withSchema.filter(large, NEXT);
    }

    private static ValidateFilter filter(Optional<BodySchema> schema) {
        return ValidateFilter.forJson(DataSize.parse("1MB"), DEPTH, schema, Runnable::run);
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
