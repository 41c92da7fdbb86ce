package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Holds callers to all limits of a route that has policies which must know the content, once that is here and has passed its
 * checks: all policies decide together. What comes before is with {@link EarlyLimitFilter}.
 */
public final class ContentLimitFilter implements ProxyFilter {

    /** Of larger content the reading is left to the workers. */
    private static final int INLINE = 64 << 10;

    private static final int OVER = 408;
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final RateLimiter limiter;
    private final LimitFilter filter;
    private final ContentPlaces places;
    private final Executor workers;

    /**
     * A filter of all policies of a route.
     *
     * @param workers read large content; bounded, so they may reject
     * @param callers learns of who is refused
     */
    public ContentLimitFilter(RateLimiter limiter, Executor workers, LimitedCallers callers) {
        this.limiter = limiter;
        this.filter = new LimitFilter(limiter, callers);
        this.places = new ContentPlaces(limiter.policies());
        this.workers = workers;
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        Optional<UnreadCall> unread = call.kept(UnreadCall.class);
        if (unread.isPresent() && !unread.get().tryRead()) {
            return CompletableFuture.completedFuture(ProxyResponse.empty(OVER)); // nobody is there to get it
        }
        Body body = call.request().body();
        if (body.length().orElse(Long.MAX_VALUE) <= INLINE) {
            return limited(call, unread, places.in(body), next);
        }
        CompletableFuture<CallContent> content = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    CallContent found = places.in(body);
                    call.io().execute(() -> content.complete(found));
                } catch (RuntimeException | Error surprise) {
                    call.io().execute(() -> content.completeExceptionally(surprise));
                }
            });
        } catch (RejectedExecutionException busy) {
            return Problem.of(ProblemType.OVERLOADED, "Too much content waits to be read.")
                    .withRetryAfter(BUSY)
                    .toAnswer(call);
        }
        return content.thenApply(found -> limited(call, unread, found, next)).thenCompose(Function.identity());
    }

    private CompletionStage<ProxyResponse> limited(
            ProxyCall call, Optional<UnreadCall> unread, CallContent content, ProxyHandler next) {
        unread.ifPresent(UnreadCall::decided);
        return filter.decided(call, content, limiter.tryAcquire(call, content), next);
    }
}
