package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import java.util.function.Predicate;

/** The charge of a call that shared counters admitted. What is given back or settled is told them, and nobody waits for it. */
final class SharedCharge implements Charge {

    private final SharedLimits limits;
    private final Claim first;
    private final long chargedAt;
    private final long ahead;
    private final long[] amounts;
    private boolean ended;

    /**
     * A charge.
     *
     * @param chargedAt by the shared clock
     * @param ahead how long before its last use it was made, in microseconds; 0 when the call was there
     */
    SharedCharge(SharedLimits limits, Claim first, long chargedAt, long ahead) {
        this.limits = limits;
        this.first = first;
        this.chargedAt = chargedAt;
        this.ahead = ahead;
        int count = 0;
        for (Claim each = first; each != null; each = each.next()) {
            count++;
        }
        this.amounts = new long[count];
        count = 0;
        for (Claim each = first; each != null; each = each.next()) {
            amounts[count++] = each.policy().isHeld() ? 0 : each.amount();
        }
    }

    @Override
    public void giveBack() {
        giveBack(policy -> true);
    }

    @Override
    public boolean giveBack(GiveBack reason) {
        return giveBack(policy -> policy.options().giveBack().contains(reason));
    }

    private synchronized boolean giveBack(Predicate<LimitPolicy> which) {
        boolean any = false;
        int i = 0;
        for (Claim each = first; each != null; each = each.next(), i++) {
            if (amounts[i] > 0 && which.test(each.policy())) {
                giveBack(each, i, amounts[i]);
                any = true;
            }
        }
        return any;
    }

    private void giveBack(Claim claim, int i, long amount) {
        amounts[i] -= amount;
        SharedPolicy policy = limits.of(claim.policy());
        limits.tell(Verb.GIVE_BACK, claim, amount, policy.dated(chargedAt, ahead));
        policy.seeGivenBack(claim.key(), amount);
    }

    @Override
    public void settle(LimitCost cost, long actual) {
        settle(cost, actual, true);
    }

    @Override
    public void settleAtLeast(LimitCost cost, long least) {
        settle(cost, least, false);
    }

    private synchronized void settle(LimitCost cost, long actual, boolean rest) {
        int i = 0;
        for (Claim each = first; each != null; each = each.next(), i++) {
            if (amounts[i] > 0
                    && each.policy().isSettled()
                    && each.policy().options().cost().equals(cost)) {
                if (actual < amounts[i]) {
                    if (rest) {
                        giveBack(each, i, amounts[i] - actual);
                    }
                } else if (actual > amounts[i]) {
                    limits.tell(Verb.ADD, each, actual - amounts[i], 0);
                    amounts[i] = actual;
                }
            }
        }
    }

    @Override
    public void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            for (Claim each = first; each != null; each = each.next()) {
                if (each.policy().isHeld()) {
                    limits.tell(Verb.GIVE_BACK, each, 1, 0);
                    limits.of(each.policy()).held().leave(each.key());
                }
            }
        }
        PatientDecision.wakeAll(first);
    }
}
