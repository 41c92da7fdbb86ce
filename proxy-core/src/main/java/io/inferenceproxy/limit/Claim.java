package io.inferenceproxy.limit;

import org.jspecify.annotations.Nullable;

/**
 * What one call asks of its counters, one link a policy, and afterwards what it was charged.
 *
 * <p>The monitors of the counters are taken one within the other, always in the order of the policies, so they are read and
 * charged as one and no two calls can wait for each other. The time is read under them, so it never runs backwards.
 */
final class Claim implements Charge {

    private static final WindowStatus[] UNTOLD = {};
    private static final long NO_ROOM = -1;
    private static final long[] NOTHING = {};

    private final CounterTable table;
    private final @Nullable Claim next;
    private CounterKey key;
    private CounterStripe stripe;
    private int row;
    private long[] turns = NOTHING;
    private boolean givenBack;

    /**
     * @param next the claim under the next policy
     */
    Claim(CounterTable table, CounterKey key, @Nullable Claim next) {
        this.table = table;
        this.key = key;
        this.stripe = table.stripe(key);
        this.next = next;
    }

    /** As {@link #tryCharge(NanoClock, WindowStatus[])} where nobody asks how the windows stand. */
    long tryCharge(NanoClock clock) {
        return tryCharge(clock, UNTOLD);
    }

    /**
     * Charges the call to all counters and returns 0, or charges it to none and returns how long to wait, in nanoseconds.
     *
     * @param statuses takes how all windows then stand
     */
    long tryCharge(NanoClock clock, WindowStatus[] statuses) {
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

    /** Goes on, from the first policy to the last, with the monitor of this policy's counter. */
    private long locked(Claim first, NanoClock clock, WindowStatus[] statuses, boolean mayShare) {
        CounterStripe own = stripe;
        synchronized (own) {
            row = own.find(key);
            if (row != CounterStripe.ABSENT) {
                return further(first, clock, statuses, mayShare);
            }
            if (table.tryEnter()) {
                long wait = further(first, clock, statuses, mayShare);
                if (wait != 0) {
                    table.leave();
                }
                return wait;
            }
            return mayShare ? shared(first, clock, statuses) : NO_ROOM;
        }
    }

    /** Holds on to the monitor of its own stripe, so that of many first calls of one caller all end up here. */
    private long shared(Claim first, NanoClock clock, WindowStatus[] statuses) {
        CounterStripe overflow = table.overflow();
        stripe = overflow;
        key = CounterKey.GLOBAL;
        synchronized (overflow) {
            row = overflow.find(key);
            return further(first, clock, statuses, true);
        }
    }

    private long further(Claim first, NanoClock clock, WindowStatus[] statuses, boolean mayShare) {
        return next == null ? first.settled(clock.now(), statuses) : next.locked(first, clock, statuses, mayShare);
    }

    /** Decides, with all monitors held. */
    private long settled(long now, WindowStatus[] statuses) {
        long wait = 0;
        for (Claim each = this; each != null; each = each.next) {
            if (each.row != CounterStripe.ABSENT) {
                each.stripe.refresh(each.row, now);
                wait = Math.max(wait, each.stripe.waitNanos(each.row, now));
            }
        }
        int told = 0;
        for (Claim each = this; each != null; each = each.next) {
            if (wait == 0) {
                each.charge(now);
            }
            if (statuses.length > 0) {
                told = each.tell(now, statuses, told);
            }
        }
        return wait;
    }

    private void charge(long now) {
        if (row == CounterStripe.ABSENT) {
            row = table.add(stripe, key, now);
        }
        turns = new long[table.rules().length];
        stripe.charge(row, now, turns);
    }

    private int tell(long now, WindowStatus[] statuses, int told) {
        WindowRule[] rules = table.rules();
        for (int i = 0; i < rules.length; i++) {
            statuses[told + i] = row == CounterStripe.ABSENT ? rules[i].fullStatus() : stripe.status(row, i, now);
        }
        return told + rules.length;
    }

    @Override
    public void giveBack() {
        synchronized (this) {
            if (givenBack) {
                return;
            }
            givenBack = true;
        }
        for (Claim each = this; each != null; each = each.next) {
            CounterStripe charged = each.stripe;
            synchronized (charged) {
                int at = charged.find(each.key);
                if (at != CounterStripe.ABSENT) {
                    charged.giveBack(at, each.turns);
                }
            }
        }
    }
}
