package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.ProblemType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds callers to their limits, and tells in every answer how these stand.
 *
 * <p>By default a call that comes to nothing for want of an upstream (the proxy itself answers 502, 503 or 504) is given back;
 * one that is refused further down, or that the upstream answers in whatever way, stays charged, as does one that ends in a
 * surprise. What a policy gives back is its own to say ({@link GiveBack}).
 */
public final class LimitFilter implements ProxyFilter {

    private static final Set<String> CONTENT_PROBLEMS = Stream.of(
                    ProblemType.MALFORMED_JSON,
                    ProblemType.SCHEMA_VIOLATION,
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    ProblemType.BODY_TOO_LARGE)
            .map(ProblemType::slug)
            .collect(Collectors.toUnmodifiableSet());

    private final RateLimiter limiter;
    private final boolean minded;

    public LimitFilter(RateLimiter limiter) {
        this.limiter = limiter;
        this.minded = limiter.mindsEnd();
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        return decided(call, limiter.tryAcquire(call, CallContent.UNKNOWN), next);
    }

    private CompletionStage<ProxyResponse> decided(ProxyCall call, LimitDecision decision, ProxyHandler next) {
        if (decision instanceof LimitDecision.Pending pending) {
            return pending.decided().thenCompose(known -> decided(call, known, next));
        }
        if (decision instanceof LimitDecision.Refused refused) {
            return CompletableFuture.completedFuture(LimitRefusal.answer(call, refused));
        }
        LimitDecision.Admitted admitted = (LimitDecision.Admitted) decision;
        call.trace().mark(CallTrace.Mark.ADMITTED);
        if (minded) {
            call.onEnd(end -> ended(call, end, admitted.charge()));
        }
        call.onAnswer(response -> told(call, response, admitted));
        return next.handle(call);
    }

    private ProxyResponse told(ProxyCall call, ProxyResponse response, LimitDecision.Admitted admitted) {
        List<WindowStatus> statuses = admitted.statuses();
        if (!call.trace().problem().isEmpty() && isGivenBack(call, response, admitted.charge())) {
            statuses = limiter.peek(call);
        }
        return response.withHeaders(response.headers().overlaidWith(LimitHeaders.of(statuses)));
    }

    /** Of an answer that the proxy makes itself; an upstream's own 503 leaves no problem in the trace. */
    private static boolean isGivenBack(ProxyCall call, ProxyResponse response, Charge charge) {
        int status = response.status();
        if (status >= 502 && status <= 504) {
            return charge.giveBack(GiveBack.UPSTREAM_FAILURE);
        }
        return CONTENT_PROBLEMS.contains(call.trace().problem()) && charge.giveBack(GiveBack.REFUSED_CONTENT);
    }

    private static void ended(ProxyCall call, CallEnd end, Charge charge) {
        if (end == CallEnd.CLIENT_GONE && call.trace().upstreamStatus() == 0) {
            charge.giveBack(GiveBack.CANCELLED);
        }
        charge.end();
    }
}
