package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * A call on its way to where all policies decide, behind the checks of its content. If it does not get there it is charged once,
 * when it is answered or at its end, by the windows that need no content, if they all have that much left. On the I/O thread of
 * the call.
 */
final class UnreadCall implements UnaryOperator<ProxyResponse> {

    private final ProxyCall call;
    private final EarlyLimitFilter limits;
    private boolean open = true;
    private boolean decided;

    UnreadCall(ProxyCall call, EarlyLimitFilter limits) {
        this.call = call;
        this.limits = limits;
    }

    /** The content is fine, so what the call costs is no affair of this any more; false where it has ended and was charged. */
    boolean tryRead() {
        boolean was = open;
        open = false;
        return was;
    }

    /** All policies decide, and tell what they have decided. */
    void decided() {
        decided = true;
    }

    /** The answer, once what the call costs has been charged, so that it can tell of it. */
    CompletionStage<ProxyResponse> answered(ProxyResponse response) {
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        charge(response, () -> answer.complete(response));
        return answer;
    }

    /** The answer with the fields that tell; where it comes of a surprise, nobody waits for what is charged. */
    @Override
    public ProxyResponse apply(ProxyResponse response) {
        charge(response, () -> {});
        return decided
                ? response
                : LimitHeaders.told(call, response, limits.whole().peek(call));
    }

    void ended(CallEnd end) {
        if (open) {
            charge(end == CallEnd.CLIENT_GONE ? limits.left() : limits.unread(), () -> {});
        }
    }

    private void charge(ProxyResponse response, Runnable then) {
        if (open && !LimitedCall.isWithoutUpstream(call, response)) {
            charge(LimitedCall.isRefusedContent(call) ? limits.refused() : limits.unread(), then);
        } else {
            open = false;
            then.run();
        }
    }

    private void charge(RateLimiter limiter, Runnable then) {
        open = false;
        LimitDecision decision = limiter.tryAcquire(call);
        if (decision instanceof LimitDecision.Pending pending) {
            pending.decided().thenAccept(known -> {
                keep(limiter, known);
                then.run();
            });
        } else {
            keep(limiter, decision);
            then.run();
        }
    }

    /** What was charged is settled, and given back, as that of any other call. */
    private void keep(RateLimiter limiter, LimitDecision decision) {
        if (decision instanceof LimitDecision.Admitted admitted) {
            CostSettlement settlement = new CostSettlement(limiter.settledCosts());
            if (!settlement.isEmpty()) {
                settlement.prepare(call, admitted.charge());
            }
            call.onEnd(new LimitedCall(call, limiter, CallContent.UNKNOWN, decision)::ended);
        }
    }
}
