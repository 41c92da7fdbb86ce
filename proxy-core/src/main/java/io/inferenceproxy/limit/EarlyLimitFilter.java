package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stands before the checks of the content where all policies of a route decide behind them ({@link ContentLimitFilter}): who has
 * used up a quota is refused before the content is read, and calls that never get there are charged ({@link UnreadCall}).
 */
public final class EarlyLimitFilter implements ProxyFilter {

    private final RateLimiter whole;
    private final RateLimiter unread;
    private final RateLimiter refused;
    private final RateLimiter left;
    private final LimitedCallers callers;

    /**
     * A filter for a route.
     *
     * @param names of its policies
     * @param callers learns of who is refused
     */
    public EarlyLimitFilter(LimitPolicies limits, String route, Collection<String> names, LimitedCallers callers) {
        this.whole = limits.wholeLimiter(route, names);
        this.unread = limits.unreadLimiter(route, names, Set.of());
        this.refused = limits.unreadLimiter(route, names, Set.of(GiveBack.REFUSED_CONTENT));
        this.left = limits.unreadLimiter(route, names, Set.of(GiveBack.CANCELLED));
        this.callers = callers;
    }

    /** All policies of the route. */
    RateLimiter whole() {
        return whole;
    }

    /** What charges calls whose content nobody has known. */
    RateLimiter unread() {
        return unread;
    }

    /** What charges calls whose content was refused. */
    RateLimiter refused() {
        return refused;
    }

    /** What charges calls whose client has left. */
    RateLimiter left() {
        return left;
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        return foreseen(call, whole.foresee(call), next);
    }

    private CompletionStage<ProxyResponse> foreseen(ProxyCall call, LimitDecision decision, ProxyHandler next) {
        if (decision instanceof LimitDecision.Pending pending) {
            return pending.decided().thenCompose(known -> foreseen(call, known, next));
        }
        if (decision instanceof LimitDecision.Refused over) {
            callers.refused(call);
            return CompletableFuture.completedFuture(LimitRefusal.answer(call, over));
        }
        call.trace().mark(CallTrace.Mark.ADMITTED);
        UnreadCall unreadCall = new UnreadCall(call, this);
        call.keep(UnreadCall.class, unreadCall);
        call.onAnswer(unreadCall);
        call.onEnd(unreadCall::ended);
        return next.handle(call).thenCompose(unreadCall::answered);
    }
}
