package io.inferenceproxy.observe;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers with all meters in the format that Prometheus reads: its text format, or OpenMetrics when asked for. All calls that
 * ended before are in it.
 */
public final class Scrape implements ProxyHandler {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Duration BUSY = Duration.ofSeconds(1);

    private final PrometheusMeterRegistry registry;
    private final Runnable collection;
    private final Executor workers;

    /**
     * @param collection brings the registry up to date
     * @param workers where the text is made, which takes long when there are many series
     */
    public Scrape(PrometheusMeterRegistry registry, Runnable collection, Executor workers) {
        this.registry = registry;
        this.collection = collection;
        this.workers = workers;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        String format = call.request().headers().all("Accept").stream()
                        .anyMatch(accept -> accept.contains("application/openmetrics-text"))
                ? OPEN_METRICS
                : TEXT;
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> scrape(call, format, answer));
        } catch (RejectedExecutionException full) {
            return Problem.of(ProblemType.OVERLOADED)
                    .withReason("no room to gather metrics")
                    .withRetryAfter(BUSY)
                    .toAnswer(call);
        }
        return answer;
    }

    /** On a worker. */
    private void scrape(ProxyCall call, String format, CompletableFuture<ProxyResponse> answer) {
        try {
            collection.run();
            byte[] text = registry.scrape(format).getBytes(StandardCharsets.UTF_8);
            ProxyResponse response = ProxyResponse.of(
                    200, Headers.of("Content-Type", format, "Cache-Control", "no-store"), Body.of(text));
            call.io().execute(() -> answer.complete(response));
        } catch (RuntimeException | Error surprise) {
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }
}
