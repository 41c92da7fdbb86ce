package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.ProblemType;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What limits did with a call: how its windows stand, which its answer tells, and what it was charged, which may be given back.
 * On the I/O thread of the call.
 */
final class LimitedCall implements UnaryOperator<ProxyResponse> {

    private static final Set<String> CONTENT_PROBLEMS = Stream.of(
                    ProblemType.MALFORMED_JSON,
                    ProblemType.SCHEMA_VIOLATION,
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    ProblemType.BODY_TOO_LARGE)
            .map(ProblemType::slug)
            .collect(Collectors.toUnmodifiableSet());

    private final ProxyCall call;
    private final RateLimiter limiter;
    private final CallContent content;
    private final Charge charge;
    private List<WindowStatus> statuses;

    LimitedCall(ProxyCall call, RateLimiter limiter, CallContent content, LimitDecision decision) {
        this.call = call;
        this.limiter = limiter;
        this.content = content;
        this.statuses = decision.statuses();
        this.charge = decision instanceof LimitDecision.Admitted admitted ? admitted.charge() : Charge.NONE;
    }

    /** Whether the proxy answers the call itself since an upstream is missing; an upstream's own 503 leaves no problem. */
    static boolean isWithoutUpstream(ProxyCall call, ProxyResponse response) {
        int status = response.status();
        return status >= 502 && status <= 504 && !call.trace().problem().isEmpty();
    }

    /** Whether the proxy answers the call itself since its content is not as it must be. */
    static boolean isRefusedContent(ProxyCall call) {
        return CONTENT_PROBLEMS.contains(call.trace().problem());
    }

    /** The answer, with the fields that tell. */
    @Override
    public ProxyResponse apply(ProxyResponse response) {
        if (!call.trace().problem().isEmpty()) {
            giveBack(response);
        }
        return LimitHeaders.told(call, response, statuses);
    }

    private void giveBack(ProxyResponse response) {
        boolean given = isWithoutUpstream(call, response)
                ? charge.giveBack(GiveBack.UPSTREAM_FAILURE)
                : isRefusedContent(call) && charge.giveBack(GiveBack.REFUSED_CONTENT);
        if (given) {
            statuses = limiter.peek(call, content);
        }
    }

    void ended(CallEnd end) {
        if (end == CallEnd.CLIENT_GONE && call.trace().upstreamStatus() == 0) {
            charge.giveBack(GiveBack.CANCELLED);
        }
        charge.end();
    }
}
