package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What a policy that only watches makes of a call, where it is counted elsewhere: nobody waits for the answer, so what happens
 * to the charge is done when it is in, in the same order.
 */
final class ShadowCharge implements Charge {

    private final SharedLimits limits;
    private final Claim claim;
    private final LimitObserver observer;
    private CompletionStage<Charge> charge;

    private ShadowCharge(SharedLimits limits, Claim claim, LimitObserver observer) {
        this.limits = limits;
        this.claim = claim;
        this.observer = observer;
        if (claim.policy().isHeld()) {
            held().ask(claim.key());
        }
        this.charge = limits.ask(limits.request(Verb.CHARGE, claim, 0))
                .handle((answer, failure) -> failure == null ? decided(answer) : unknown());
    }

    /**
     * Has a call charged that goes on in any case.
     *
     * @param claim of one policy alone
     */
    static Charge of(SharedLimits limits, Claim claim, LimitObserver observer) {
        return new ShadowCharge(limits, claim, observer);
    }

    private HeldCalls held() {
        return limits.of(claim.policy()).held();
    }

    private Charge decided(SharedAnswer answer) {
        Quotas quotas = claim.quotas();
        for (int i = 0; i < quotas.size(); i++) {
            if (answer.isDone() || answer.waitMicros(quotas.place(i)) != 0) {
                observer.onDecision(
                        quotas.window(i).name(),
                        answer.isDone() ? LimitOutcome.SHADOW_ADMITTED : LimitOutcome.SHADOW_REFUSED);
            }
        }
        if (claim.policy().isHeld()) {
            held().answered(claim.key(), answer.isDone());
        }
        return answer.isDone() ? new SharedCharge(limits, claim, answer.now(), 0) : NONE;
    }

    private Charge unknown() {
        if (claim.policy().isHeld()) {
            held().answered(claim.key(), false);
        }
        return NONE;
    }

    private synchronized void then(Consumer<Charge> change) {
        charge = charge.thenApply(known -> {
            change.accept(known);
            return known;
        });
    }

    @Override
    public void giveBack() {
        then(Charge::giveBack);
    }

    /** It tells callers nothing, so nothing has to be told anew. */
    @Override
    public boolean giveBack(GiveBack reason) {
        if (claim.policy().options().giveBack().contains(reason)) {
            giveBack();
        }
        return false;
    }

    @Override
    public void settle(LimitCost cost, long actual) {
        then(known -> known.settle(cost, actual));
    }

    @Override
    public void settleAtLeast(LimitCost cost, long least) {
        then(known -> known.settleAtLeast(cost, least));
    }

    @Override
    public void end() {
        then(Charge::end);
    }
}
