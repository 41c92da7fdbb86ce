package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What limits did with a call: how its windows stand, which its answer tells, and what it was charged, which may be given back.
 * Where some policies had to know the content first, theirs is a second one that belongs to the first. On the I/O thread of the
 * call.
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
    private @Nullable LimitedCall later;

    LimitedCall(ProxyCall call, RateLimiter limiter, CallContent content, LimitDecision decision) {
        this.call = call;
        this.limiter = limiter;
        this.content = content;
        this.statuses = decision.statuses();
        this.charge = decision instanceof LimitDecision.Admitted admitted ? admitted.charge() : Charge.NONE;
    }

    /** What policies did that knew the content; a call that they refuse is charged by nobody. */
    void then(LimitedCall other, boolean refused) {
        later = other;
        if (refused) {
            charge.giveBack();
            charge.end();
            statuses = limiter.peek(call, content);
        }
    }

    /** The answer, with the fields that tell. */
    @Override
    public ProxyResponse apply(ProxyResponse response) {
        if (!call.trace().problem().isEmpty()) {
            giveBack(response);
        }
        return LimitHeaders.told(call, response, all());
    }

    private List<WindowStatus> all() {
        LimitedCall other = later;
        if (other == null) {
            return statuses;
        }
        List<WindowStatus> all = new ArrayList<>(statuses);
        all.addAll(other.statuses);
        return all;
    }

    /** Of an answer that the proxy makes itself; an upstream's own 503 leaves no problem in the trace. */
    private void giveBack(ProxyResponse response) {
        int status = response.status();
        boolean given = status >= 502 && status <= 504
                ? charge.giveBack(GiveBack.UPSTREAM_FAILURE)
                : CONTENT_PROBLEMS.contains(call.trace().problem()) && charge.giveBack(GiveBack.REFUSED_CONTENT);
        if (given) {
            statuses = limiter.peek(call, content);
        }
        if (later != null) {
            later.giveBack(response);
        }
    }

    void ended(CallEnd end) {
        if (end == CallEnd.CLIENT_GONE && call.trace().upstreamStatus() == 0) {
            charge.giveBack(GiveBack.CANCELLED);
        }
        charge.end();
    }
}
