package io.inferenceproxy.server;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Whether the process lives, and whether calls should be sent to it. */
public final class HealthPages {

    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final BooleanSupplier draining;
    private final Function<ProxyCall, CompletionStage<Usability>> upstreams;

    /**
     * What is known of the upstreams.
     *
     * @param usable whether each has an address that can be reached
     * @param details a line for each, for operators
     */
    public record Usability(boolean usable, String details) {}

    /**
     * @param draining whether a shutdown has begun
     * @param upstreams looks at the upstreams; completes on the I/O thread of the call
     */
    public HealthPages(BooleanSupplier draining, Function<ProxyCall, CompletionStage<Usability>> upstreams) {
        this.draining = draining;
        this.upstreams = upstreams;
    }

    /** {@code /livez}: 200 as long as the process answers; the upstreams are not looked at. */
    public ProxyHandler live() {
        return call -> CompletableFuture.completedFuture(ok("ok"));
    }

    /**
     * {@code /readyz}: 200 when calls can be served; 503 while draining or without a usable upstream.
     *
     * @param verbose whether {@code ?verbose} gets details; for operators alone
     */
    public ProxyHandler ready(boolean verbose) {
        return call -> {
            if (draining.getAsBoolean()) {
                return Problem.of(ProblemType.DRAINING).withRetryAfter(AGAIN).toAnswer(call);
            }
            boolean details = verbose && call.request().target().query().startsWith("?verbose");
            return upstreams
                    .apply(call)
                    .thenApply(found -> found.usable()
                            ? ok(details ? found.details() + "ok" : "ok")
                            : Problem.of(
                                            ProblemType.UPSTREAM_UNAVAILABLE,
                                            details ? found.details() : "No usable upstream.")
                                    .withRetryAfter(AGAIN)
                                    .toResponse(call));
        };
    }

    private static ProxyResponse ok(String text) {
        return ProxyResponse.text(200, PLAIN, text + "\n").withHeader("Cache-Control", "no-store");
    }
}
