package io.inferenceproxy.limit;

import org.jspecify.annotations.Nullable;

/**
 * How the counters of a policy move into the table of the same policy as it was changed, while calls go on.
 *
 * <p>They move stripe by stripe, each when it is first asked for there, so nobody waits for more than one stripe and every
 * charge is in exactly one of the two tables. Calls that began with the old table find a stripe left and turn to the new one,
 * for their decision as for what they give back.
 */
final class Succession {

    private final CounterTable next;
    private final @Nullable Recount recount;
    private final LimitClock clock;

    private Succession(CounterTable next, @Nullable Recount recount, LimitClock clock) {
        this.next = next;
        this.recount = recount;
        this.clock = clock;
    }

    /** Has a policy that counts nothing yet take over what another has counted. */
    static void begin(LimitPolicy before, LimitPolicy next, LimitClock clock) {
        Counting old = before.table().counting();
        boolean alike = next.table().counting().isLike(old);
        Recount recount = alike ? null : new Recount(next, old.periods());
        next.table().succeed(before.table(), new Succession(next.table(), recount, clock));
    }

    /** Moves the counters of a stripe; with both monitors held. */
    void move(CounterStripe before, CounterStripe into) {
        into.enter(before.epoch());
        Recount change = recount;
        boolean shared = into == next.overflow();
        if (change == null) {
            into.adopt(before);
        } else {
            long now = clock.now();
            before.forEach((high, low, counter) -> {
                Counter recounted = change.recounted(counter, now);
                if (shared) {
                    into.replace(CounterKey.SHARED, recounted);
                } else if (!recounted.isEmpty()) {
                    into.add(new CounterKey(high, low), recounted);
                }
            });
        }
        if (!shared) {
            next.dropped(before.size() - into.size());
        }
    }

    /**
     * Takes back what a call was charged that began with the table before.
     *
     * @param quotas those that it was charged under
     */
    void giveBack(CounterKey key, long amount, long chargedAt, long[] quotas) {
        giveBack(key, amount, chargedAt, quotas, false);
    }

    private void giveBack(CounterKey key, long amount, long chargedAt, long[] quotas, boolean recounted) {
        boolean near = recounted || recount != null;
        long[] current = recount == null ? quotas : recount.highest();
        if (!next.tryGiveBack(key, amount, chargedAt, current, near, clock)) {
            further().giveBack(key, amount, chargedAt, current, near);
        }
    }

    /**
     * Charges more to a call that began with the table before, whether or not it is admitted.
     *
     * @param quotas those that it was charged under
     * @return when that was
     */
    long chargeMore(CounterKey key, long more, long[] quotas) {
        long[] current = recount == null ? quotas : recount.lowest();
        long at = next.tryChargeMore(key, more, current, clock);
        return at == CounterTable.LEFT ? further().chargeMore(key, more, current) : at;
    }

    private Succession further() {
        Succession further = next.succession();
        if (further == null) {
            throw new IllegalStateException("counters are left before there are others");
        }
        return further;
    }
}
