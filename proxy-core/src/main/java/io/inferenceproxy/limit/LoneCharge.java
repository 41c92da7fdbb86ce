package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The charge of a call that was admitted while shared counters did not answer. Once it has been added there, what is given
 * back stays charged, since nobody knows under which time it stands; what it costs more is added.
 */
final class LoneCharge implements Charge {

    private final SharedLimits limits;
    private final Claim first;
    private final @Nullable Claim chain;
    private final Charge local;
    private final List<LonePlace> places;
    private boolean kept;
    private boolean ended;

    /**
     * A charge.
     *
     * @param first the claims on the shared counters
     * @param chain those that were granted here
     * @param places those among calls under way
     */
    LoneCharge(SharedLimits limits, Claim first, @Nullable Claim chain, List<LonePlace> places) {
        this.limits = limits;
        this.first = first;
        this.chain = chain;
        this.local = chain == null ? NONE : new Charged(chain, limits.clock());
        this.places = List.copyOf(places);
    }

    @Override
    public void giveBack() {
        local.giveBack();
    }

    @Override
    public boolean giveBack(GiveBack reason) {
        return local.giveBack(reason);
    }

    @Override
    public void settle(LimitCost cost, long actual) {
        if (isCounting()) {
            local.settle(cost, actual);
        } else {
            addMore(cost, actual);
        }
    }

    @Override
    public void settleAtLeast(LimitCost cost, long least) {
        if (isCounting()) {
            local.settleAtLeast(cost, least);
        } else {
            addMore(cost, least);
        }
    }

    private void addMore(LimitCost cost, long actual) {
        for (Claim each = first; each != null; each = each.next()) {
            if (each.policy().isSettled() && each.policy().options().cost().equals(cost) && actual > each.amount()) {
                limits.tell(Verb.ADD, each, actual - each.amount(), 0);
            }
        }
    }

    /** Tells at once what was charged too late to be told with what else its counters have: they were read meanwhile. */
    void tellIfLate() {
        Claim own = chain;
        for (Claim each = first; each != null; each = each.next()) {
            if (!each.policy().isHeld() && own != null) {
                if (!limits.of(each.policy()).isCounting(own.policy())) {
                    limits.tell(Verb.ADD, each, each.amount(), 0);
                }
                own = own.next();
            }
        }
    }

    /** Whether all that it was charged is still to be told. */
    boolean isCounting() {
        Claim own = chain;
        for (Claim each = first; each != null; each = each.next()) {
            if (!each.policy().isHeld() && own != null) {
                if (!limits.of(each.policy()).isCounting(own.policy())) {
                    return false;
                }
                own = own.next();
            }
        }
        return true;
    }

    /** The shared counters have its places after all, and are to count them as long as it lasts; false when it has ended. */
    synchronized boolean tryKeep() {
        kept = !ended;
        return kept;
    }

    @Override
    public void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            places.forEach(each -> each.leave(limits, kept));
        }
        places.forEach(each -> each.claim().policy().wake(each.claim().key()));
    }
}
