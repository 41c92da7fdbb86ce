package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Holds callers to their limits, and tells in every answer how these stand.
 *
 * <p>A call that comes to nothing for want of an upstream (the proxy itself answers 502, 503 or 504) is given back; one
 * that is refused further down, or that the upstream answers in whatever way, stays charged, as does one that ends in a
 * surprise.
 */
public final class LimitFilter implements ProxyFilter {

    private static final int DETAIL_LENGTH = 128;

    private final RateLimiter limiter;
    private final LimitHeaders headers;

    public LimitFilter(RateLimiter limiter) {
        this.limiter = limiter;
        this.headers = new LimitHeaders(limiter.windows());
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        LimitDecision decision = limiter.tryAcquire(call);
        if (decision instanceof LimitDecision.Refused refused) {
            return CompletableFuture.completedFuture(answer(call, refused));
        }
        LimitDecision.Admitted admitted = (LimitDecision.Admitted) decision;
        call.trace().mark(CallTrace.Mark.ADMITTED);
        call.onAnswer(response -> told(call, response, admitted));
        return next.handle(call);
    }

    private ProxyResponse answer(ProxyCall call, LimitDecision.Refused refused) {
        long seconds = refused.retryAfter().plusNanos(999_999_999).toSeconds();
        ArrayNode names = JsonNodeFactory.instance.arrayNode(refused.violated().size());
        StringBuilder detail = new StringBuilder(DETAIL_LENGTH).append("The quota of ");
        for (LimitWindow window : refused.violated()) {
            detail.append(names.isEmpty() ? "" : ", ").append(window.quota()).append(" calls in ");
            detail.append(window.seconds()).append(" s (").append(window.name()).append(')');
            names.add(window.name());
        }
        detail.append(" is used up. Retry in ").append(seconds).append(" s.");
        ProxyResponse response = Problem.of(ProblemType.RATE_LIMITED, detail.toString())
                .withRetryAfter(refused.retryAfter())
                .withMember("violated-policies", names)
                .toResponse(call);
        return response.withHeaders(response.headers().overlaidWith(headers.of(refused.statuses())));
    }

    private ProxyResponse told(ProxyCall call, ProxyResponse response, LimitDecision.Admitted admitted) {
        List<WindowStatus> statuses = admitted.statuses();
        if (isUnanswered(call, response)) {
            admitted.charge().giveBack();
            statuses = limiter.peek(call);
        }
        Headers fields = headers.of(statuses);
        return response.withHeaders(response.headers().overlaidWith(fields));
    }

    /** Whether the proxy itself says that there is no answer; an upstream's own 503 leaves no problem in the trace. */
    private static boolean isUnanswered(ProxyCall call, ProxyResponse response) {
        int status = response.status();
        return status >= 502 && status <= 504 && !call.trace().problem().isEmpty();
    }
}
