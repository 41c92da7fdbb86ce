package io.inferenceproxy.docs;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that a worker makes when it is first asked for, and that is kept from then on: to make all pages took a third of
 * a start, and most of them nobody ever opens.
 */
final class LateAnswer implements ProxyHandler {

    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Supplier<FixedAnswer> making;
    private final Executor workers;
    private volatile @Nullable FixedAnswer made;

    /**
     * @param workers where it is made; bounded, so it may reject
     * @param making makes it; once, unless it fails
     */
    LateAnswer(Executor workers, Supplier<FixedAnswer> making) {
        this.workers = workers;
        this.making = making;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        FixedAnswer there = made;
        if (there != null) {
            return CompletableFuture.completedFuture(there.to(call));
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> make(call, answer));
        } catch (RejectedExecutionException busy) {
            return Problem.of(ProblemType.OVERLOADED).withRetryAfter(BUSY).toAnswer(call);
        }
        return answer;
    }

    /** On a worker; the call goes on where it came from. */
    private void make(ProxyCall call, CompletableFuture<ProxyResponse> answer) {
        try {
            FixedAnswer page = once();
            call.io().execute(() -> answer.complete(page.to(call)));
        } catch (RuntimeException | Error surprise) {
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }

    private synchronized FixedAnswer once() {
        FixedAnswer there = made;
        if (there == null) {
            there = making.get();
            made = there;
        }
        return there;
    }
}
