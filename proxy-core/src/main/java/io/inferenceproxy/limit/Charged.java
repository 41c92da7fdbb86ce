package io.inferenceproxy.limit;

/** The charge of an admitted call: claims that were all granted. */
final class Charged implements Charge {

    private final Claim first;
    private final LimitClock clock;
    private boolean closed;
    private boolean ended;

    Charged(Claim first, LimitClock clock) {
        this.first = first;
        this.clock = clock;
    }

    @Override
    public synchronized void giveBack() {
        if (!closed) {
            closed = true;
            for (Claim each = first; each != null; each = each.next()) {
                giveBack(each);
            }
        }
    }

    @Override
    public synchronized boolean giveBack(GiveBack reason) {
        boolean any = false;
        if (!closed) {
            for (Claim each = first; each != null; each = each.next()) {
                any |= each.policy().options().giveBack().contains(reason) && giveBack(each);
            }
        }
        return any;
    }

    /** What is held ends with the call. */
    private boolean giveBack(Claim claim) {
        if (claim.policy().isHeld()) {
            return false;
        }
        giveBack(claim, claim.amount());
        return true;
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
        if (closed) {
            return;
        }
        for (Claim each = first; each != null; each = each.next()) {
            boolean open = each.policy().isSettled() && each.amount() > 0;
            if (open && each.policy().options().cost().equals(cost)) {
                settle(each, actual, rest);
            }
        }
    }

    private void settle(Claim claim, long actual, boolean rest) {
        if (actual < claim.amount()) {
            giveBack(claim, rest ? claim.amount() - actual : 0);
        } else if (actual > claim.amount()) {
            claim.chargeMore(actual - claim.amount(), clock);
        }
    }

    private void giveBack(Claim claim, long amount) {
        if (amount > 0) {
            claim.giveBack(amount, clock);
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
                    each.giveBack(each.amount(), clock);
                }
            }
        }
        // Only now, since a call that waits for one of them may need another too.
        for (Claim each = first; each != null; each = each.next()) {
            each.policy().wake(each.key());
        }
    }
}
