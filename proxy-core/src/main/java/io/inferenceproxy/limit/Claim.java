package io.inferenceproxy.limit;

import org.jspecify.annotations.Nullable;

/**
 * What one call asks of its counters, one link a policy, and afterwards what it was charged.
 *
 * <p>The monitors of the counters are taken one within the other, always in the order of the policies, so they are read and
 * charged as one and no two calls can wait for each other. The time is read under them, so it never runs backwards.
 */
final class Claim {

    private static final WindowStatus[] UNTOLD = {};
    private static final long NO_ROOM = -1;

    /** The counters have moved into another table: somebody else has to decide. */
    static final long LEFT = CounterTable.LEFT;

    private final LimitPolicy policy;
    private final CounterTable table;
    private final Quotas quotas;
    private final @Nullable Claim next;
    private CounterKey key;
    private CounterStripe stripe;
    private @Nullable Counter counter;
    private boolean newcomer;
    private long amount;
    private long chargedAt;
    private boolean looking;

    /**
     * @param quotas those that hold for the caller
     * @param amount what the call costs
     * @param next the claim under the next policy
     */
    Claim(LimitPolicy policy, CounterKey key, Quotas quotas, long amount, @Nullable Claim next) {
        this.policy = policy;
        this.table = policy.table();
        this.key = key;
        this.quotas = quotas;
        this.amount = amount;
        this.stripe = table.stripe(key);
        this.next = next;
    }

    @Nullable
    Claim next() {
        return next;
    }

    LimitPolicy policy() {
        return policy;
    }

    Quotas quotas() {
        return quotas;
    }

    CounterKey key() {
        return key;
    }

    /** What is charged now. */
    long amount() {
        return amount;
    }

    long chargedAt() {
        return chargedAt;
    }

    /** As {@link #tryCharge(LimitClock, WindowStatus[])} where nobody asks how the windows stand. */
    long tryCharge(LimitClock clock) {
        return tryCharge(clock, UNTOLD);
    }

    /**
     * Charges the call to all counters and returns 0, or charges it to none and returns how long to wait, in nanoseconds;
     * {@link #LEFT} where it cannot be decided here any more.
     *
     * @param statuses takes how all windows then stand
     */
    long tryCharge(LimitClock clock, WindowStatus[] statuses) {
        long wait = locked(this, clock, statuses, false);
        if (wait != NO_ROOM) {
            return wait;
        }
        for (Claim each = this; each != null; each = each.next) {
            if (each.table.isFull()) {
                each.table.makeRoom(clock.now());
            }
        }
        return locked(this, clock, statuses, true);
    }

    /** As {@link #tryCharge(LimitClock, WindowStatus[])}, but charges nothing in any case. */
    long foresee(LimitClock clock, WindowStatus[] statuses) {
        looking = true;
        return tryCharge(clock, statuses);
    }

    /** Goes on, from the first policy to the last, with the monitor of this policy's counter. */
    private long locked(Claim first, LimitClock clock, WindowStatus[] statuses, boolean mayShare) {
        CounterStripe own = stripe;
        synchronized (own) {
            counter = own.find(key);
            newcomer = counter == null;
            if (own.isLeft()) {
                return LEFT;
            }
            if (!newcomer) {
                return further(first, clock, statuses, mayShare);
            }
            if (table.tryEnter()) {
                return newcomer(first, clock, statuses, mayShare);
            }
            return mayShare ? shared(first, clock, statuses) : NO_ROOM;
        }
    }

    private long newcomer(Claim first, LimitClock clock, WindowStatus[] statuses, boolean mayShare) {
        boolean charged = false;
        try {
            counter = table.counting().counter();
            long wait = further(first, clock, statuses, mayShare);
            charged = wait == 0 && !first.looking;
            return wait;
        } finally {
            if (!charged) {
                table.leave();
            }
        }
    }

    /** Holds on to the monitor of its own stripe, so that of many first calls of one caller all end up here. */
    private long shared(Claim first, LimitClock clock, WindowStatus[] statuses) {
        CounterStripe overflow = table.overflow();
        stripe = overflow;
        key = CounterKey.SHARED;
        newcomer = false;
        synchronized (overflow) {
            counter = overflow.find(key);
            return overflow.isLeft() ? LEFT : further(first, clock, statuses, true);
        }
    }

    private long further(Claim first, LimitClock clock, WindowStatus[] statuses, boolean mayShare) {
        return next == null ? first.settled(clock.now(), statuses) : next.locked(first, clock, statuses, mayShare);
    }

    /** Decides, with all monitors held. */
    private long settled(long now, WindowStatus[] statuses) {
        long wait = 0;
        for (Claim each = this; each != null; each = each.next) {
            each.counter().refresh(now);
            wait = Math.max(wait, each.quotas.waitNanos(each.counter(), each.amount, now));
        }
        int told = 0;
        for (Claim each = this; each != null; each = each.next) {
            if (wait == 0 && !looking) {
                each.charge(now);
            }
            if (statuses.length > 0) {
                told = each.tell(now, statuses, told);
            }
        }
        return wait;
    }

    private void charge(long now) {
        Counter charged = counter();
        charged.charge(amount, now, quotas.byPlace());
        chargedAt = now;
        table.journal().charged(key, amount, now, stripe.epoch());
        if (newcomer) {
            table.add(stripe, key, charged, now);
        }
    }

    private int tell(long now, WindowStatus[] statuses, int told) {
        Counter current = counter();
        for (int i = 0; i < quotas.size(); i++) {
            statuses[told + i] = quotas.status(i, current, now);
        }
        return told + quotas.size();
    }

    /** Takes back so much of what this link, and no other, was charged. */
    void giveBack(long back, LimitClock clock) {
        if (!table.tryGiveBack(key, back, chargedAt, quotas.byPlace(), false, clock)) {
            succession().giveBack(key, back, chargedAt, quotas.byPlace());
        }
        amount -= back;
    }

    /** Charges so much more to this link, and no other, whether or not it is admitted. */
    void chargeMore(long more, LimitClock clock) {
        long at = table.tryChargeMore(key, more, quotas.byPlace(), clock);
        chargedAt = at == CounterTable.LEFT ? succession().chargeMore(key, more, quotas.byPlace()) : at;
    }

    private Succession succession() {
        Succession succession = table.succession();
        if (succession == null) {
            throw new IllegalStateException("counters are left before there are others");
        }
        return succession;
    }

    private Counter counter() {
        Counter current = counter;
        if (current == null) {
            throw new IllegalStateException("not claimed yet");
        }
        return current;
    }
}
