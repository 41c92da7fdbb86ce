package io.inferenceproxy.limit;

/** The charge of an admitted call: claims that were all granted. */
final class Charged implements Charge {

    private final Claim first;
    private final LimitClock clock;
    private final ChargeJournal journal;
    private boolean closed;

    Charged(Claim first, LimitClock clock, ChargeJournal journal) {
        this.first = first;
        this.clock = clock;
        this.journal = journal;
    }

    @Override
    public synchronized void giveBack() {
        if (!closed) {
            closed = true;
            for (Claim each = first; each != null; each = each.next()) {
                if (!each.policy().isHeld()) {
                    giveBack(each, each.amount());
                }
            }
        }
    }

    @Override
    public synchronized boolean giveBack(GiveBack reason) {
        boolean any = false;
        if (!closed) {
            for (Claim each = first; each != null; each = each.next()) {
                if (!each.policy().isHeld()
                        && each.policy().options().giveBack().contains(reason)) {
                    giveBack(each, each.amount());
                    any = true;
                }
            }
        }
        return any;
    }

    @Override
    public synchronized void settle(LimitCost cost, long actual) {
        if (closed) {
            return;
        }
        for (Claim each = first; each != null; each = each.next()) {
            if (each.policy().isSettled() && each.policy().options().cost().equals(cost) && each.amount() > 0) {
                if (actual < each.amount()) {
                    giveBack(each, each.amount() - actual);
                } else if (actual > each.amount()) {
                    long more = actual - each.amount();
                    each.chargeMore(more, clock);
                    journal.charged(each.policy(), each.key(), more, each.chargedAt());
                }
            }
        }
    }

    private void giveBack(Claim claim, long amount) {
        if (amount > 0) {
            claim.giveBack(amount, clock);
            journal.givenBack(claim.policy(), claim.key(), amount, claim.chargedAt());
        }
    }

    @Override
    public synchronized void end() {
        for (Claim each = first; each != null; each = each.next()) {
            if (each.policy().isHeld() && each.amount() > 0) {
                each.giveBack(each.amount(), clock);
                CounterKey key = each.key();
                each.policy().room().ifPresent(room -> room.wake(key));
            }
        }
    }
}
