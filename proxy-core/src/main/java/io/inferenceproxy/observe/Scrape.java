package io.inferenceproxy.observe;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers with all meters in the format that Prometheus reads: its text format, or OpenMetrics when asked for. */
public final class Scrape implements ProxyHandler {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry;

    public Scrape(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        String format = call.request().headers().all("Accept").stream()
                        .anyMatch(accept -> accept.contains("application/openmetrics-text"))
                ? OPEN_METRICS
                : TEXT;
        byte[] text = registry.scrape(format).getBytes(StandardCharsets.UTF_8);
        return CompletableFuture.completedFuture(
                ProxyResponse.of(200, Headers.of("Content-Type", format, "Cache-Control", "no-store"), Body.of(text)));
    }
}
