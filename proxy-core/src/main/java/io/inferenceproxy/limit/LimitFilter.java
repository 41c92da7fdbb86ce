package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Holds callers to their limits, and tells in every answer how these stand.
 *
 * <p>By default a call that comes to nothing for want of an upstream (the proxy itself answers 502, 503 or 504) is given back;
 * one that is refused further down, or that the upstream answers in whatever way, stays charged, as does one that ends in a
 * surprise. What a policy gives back is its own to say ({@link GiveBack}).
 *
 * <p>Where one of a route's policies must know the content, all of them decide behind the checks of it ({@link
 * ContentLimitFilter}).
 */
public final class LimitFilter implements ProxyFilter {

    private final RateLimiter limiter;
    private final boolean mindsEnd;
    private final LimitedCallers callers;
    private final CostSettlement settlement;

    /** A filter of policies that tells nobody who is refused. */
    public LimitFilter(RateLimiter limiter) {
        this(limiter, new LimitedCallers());
    }

    /**
     * A filter of policies that need not know the content.
     *
     * @param callers learns of who is refused
     */
    public LimitFilter(RateLimiter limiter, LimitedCallers callers) {
        this.limiter = limiter;
        this.mindsEnd = limiter.mindsEnd();
        this.callers = callers;
        this.settlement = new CostSettlement(limiter.settledCosts());
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        return decided(call, CallContent.UNKNOWN, limiter.tryAcquire(call, CallContent.UNKNOWN), next);
    }

    /** Goes on with what was decided by what is known of the content. */
    CompletionStage<ProxyResponse> decided(
            ProxyCall call, CallContent content, LimitDecision decision, ProxyHandler next) {
        if (decision instanceof LimitDecision.Pending pending) {
            return pending.decided().thenCompose(known -> decided(call, content, known, next));
        }
        if (decision instanceof LimitDecision.Refused refused) {
            callers.refused(call);
            return CompletableFuture.completedFuture(LimitRefusal.answer(call, refused));
        }
        if (decision instanceof LimitDecision.Unavailable unavailable) {
            return Problem.of(ProblemType.OVERLOADED, "Limits cannot be counted just now.")
                    .withRetryAfter(unavailable.retryAfter())
                    .toAnswer(call);
        }
        call.trace().mark(CallTrace.Mark.ADMITTED);
        LimitedCall limited = new LimitedCall(call, limiter, content, decision);
        call.onAnswer(limited);
        boolean changed = limiter.isChanged(); // then others may have decided
        CostSettlement settling = changed ? new CostSettlement(limiter.settledCosts()) : settlement;
        if (!settling.isEmpty()) {
            settling.prepare(call, ((LimitDecision.Admitted) decision).charge());
        }
        if (mindsEnd || changed) {
            call.onEnd(limited::ended); // before it is settled: what was registered last runs first
        }
        return next.handle(settling.isEmpty() ? call : settling.readable(call));
    }
}
