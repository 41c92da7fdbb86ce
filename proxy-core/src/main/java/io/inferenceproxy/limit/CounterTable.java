package io.inferenceproxy.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one policy, by key, and never more of them than the bound. They are kept in stripes, each with a monitor
 * of its own, so that event loops seldom wait for each other.
 *
 * <p>Only counters with nothing charged are dropped, so no charge is ever forgotten: each newcomer looks at a few of its
 * stripe, and at the bound at more, of all stripes. Past the bound newcomers share one counter.
 */
final class CounterTable {

    /** A power of two. */
    private static final int STRIPES = 512;

    /** No time at all: the counters have moved into another table. */
    static final long LEFT = -2;

    private static final int CANDIDATES = 2;
    private static final int CANDIDATES_AT_BOUND = 32;

    private final Counting counting;
    private final int maxKeys;
    private final CounterStripe[] stripes = new CounterStripe[STRIPES];
    private final CounterStripe overflow = new CounterStripe();
    private AtomicInteger size = new AtomicInteger();
    private final AtomicInteger swept = new AtomicInteger();
    private ChargeJournal journal = ChargeJournal.NONE;
    private volatile @Nullable Succession succession;

    CounterTable(Counting counting, int maxKeys) {
        this.counting = counting;
        this.maxKeys = maxKeys;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new CounterStripe();
        }
        overflow.add(CounterKey.SHARED, counting.counter());
    }

    Counting counting() {
        return counting;
    }

    /** What remembers charges; nothing unless it was {@linkplain #rememberIn told}. */
    ChargeJournal journal() {
        return journal;
    }

    /** Before the first charge: remembers all in there. */
    void rememberIn(ChargeJournal kept) {
        journal = kept;
    }

    /** Before the first charge: has this table take over the counters of another, which is of no use from then on. */
    void succeed(CounterTable before, Succession how) {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i].succeed(before.stripes[i], how);
        }
        overflow.succeed(before.overflow, how);
        size = before.size; // one for both, so that nobody finds room who had none
        before.succession = how;
    }

    /** Takes over all that it is to take over; until then each stripe does so when somebody looks for a counter there. */
    void arrive() {
        for (CounterStripe stripe : stripes()) {
            synchronized (stripe) {
                stripe.arrive();
            }
        }
    }

    /** So many counters have not come along from the table before. */
    void dropped(int many) {
        size.addAndGet(-many);
    }

    /** What became of the counters, once they have begun to move into another table. */
    @Nullable
    Succession succession() {
        return succession;
    }

    /** Where a key has its counter, if it has one of its own. */
    CounterStripe stripe(CounterKey key) {
        return stripes[(int) (key.high() >>> 32) & STRIPES - 1];
    }

    /** Where what was charged under a key stands, a shared one too. */
    CounterStripe home(CounterKey key) {
        return key.equals(CounterKey.SHARED) ? overflow : stripe(key);
    }

    /** Where those are counted who find no room, all under {@link CounterKey#SHARED}; locked after a stripe if with one. */
    CounterStripe overflow() {
        return overflow;
    }

    int size() {
        return size.get();
    }

    /** For how many counters there is memory. */
    int rows() {
        int rows = 0;
        for (CounterStripe stripe : stripes) {
            rows += stripe.rows();
        }
        return rows;
    }

    boolean isFull() {
        return size.get() >= maxKeys;
    }

    /** Takes room for one counter more, which {@link #add} then fills or {@link #leave} gives back; false at the bound. */
    boolean tryEnter() {
        int before = size.get();
        while (before < maxKeys) {
            if (size.compareAndSet(before, before + 1)) {
                return true;
            }
            before = size.get();
        }
        return false;
    }

    void leave() {
        size.decrementAndGet();
    }

    /** Adds a counter, for which there is room, to the stripe of the key, whose monitor is held. */
    void add(CounterStripe stripe, CounterKey key, Counter counter, long now) {
        size.addAndGet(-stripe.sweep(CANDIDATES, CANDIDATES, now));
        stripe.add(key, counter);
    }

    /** Drops a counter that is of no use any more, if one is found soon; no monitor of a stripe may be held. */
    void makeRoom(long now) {
        int candidates = CANDIDATES_AT_BOUND;
        for (int i = 0; i < STRIPES && candidates > 0; i++) {
            CounterStripe stripe = stripes[swept.get() & STRIPES - 1];
            synchronized (stripe) {
                int looked = Math.min(candidates, stripe.size());
                if (looked > 0 && stripe.sweep(looked, 1, now) > 0) {
                    leave();
                    return;
                }
                candidates -= looked;
            }
            swept.incrementAndGet();
        }
    }

    /**
     * Takes back so much of what was charged under a key; false where the counters have moved into another table.
     *
     * @param quotas those that it was charged under
     * @param near whether it may stand under a time near its own
     */
    boolean tryGiveBack(CounterKey key, long amount, long chargedAt, long[] quotas, boolean near, LimitClock clock) {
        CounterStripe stripe = home(key);
        synchronized (stripe) {
            Counter counter = stripe.find(key);
            if (counter != null) { // else it was dropped, since nothing of that was left
                long now = clock.now();
                counter.refresh(now);
                if (near) {
                    counter.giveBackNear(amount, chargedAt, now, quotas);
                } else {
                    counter.giveBack(amount, chargedAt, now, quotas);
                }
                journal.givenBack(key, amount, chargedAt, now, stripe.epoch());
            }
            return !stripe.isLeft();
        }
    }

    /**
     * Charges so much more under a key, whether or not it is admitted, and returns when that was; {@link #LEFT} where the
     * counters have moved into another table.
     */
    long tryChargeMore(CounterKey key, long more, long[] quotas, LimitClock clock) {
        CounterStripe stripe = home(key);
        synchronized (stripe) {
            Counter counter = stripe.find(key);
            if (stripe.isLeft()) {
                return LEFT;
            }
            if (counter == null && tryEnter()) {
                counter = counting.counter(); // it was dropped once all that it was charged had come back
                add(stripe, key, counter, clock.now());
            }
            return counter == null
                    ? tryChargeMore(CounterKey.SHARED, more, quotas, clock)
                    : chargeMore(stripe, counter, key, more, quotas, clock);
        }
    }

    private long chargeMore(
            CounterStripe stripe, Counter counter, CounterKey key, long more, long[] quotas, LimitClock clock) {
        long now = clock.now();
        counter.refresh(now);
        counter.charge(more, now, quotas);
        journal.charged(key, more, now, stripe.epoch());
        return now;
    }

    /** Adds how the windows stand for a key; charges nothing and remembers nobody. */
    void peek(CounterKey key, Quotas quotas, LimitClock clock, List<WindowStatus> statuses) {
        if (!tell(stripe(key), key, quotas, clock, statuses)
                && !(isFull() && tell(overflow, CounterKey.SHARED, quotas, clock, statuses))) {
            tell(counting.counter(), quotas, clock.now(), statuses);
        }
    }

    private static boolean tell(
            CounterStripe stripe, CounterKey key, Quotas quotas, LimitClock clock, List<WindowStatus> statuses) {
        synchronized (stripe) {
            Counter counter = stripe.find(key);
            if (counter == null) {
                return false;
            }
            tell(counter, quotas, clock.now(), statuses);
            return true;
        }
    }

    private static void tell(Counter counter, Quotas quotas, long now, List<WindowStatus> statuses) {
        counter.refresh(now);
        for (int i = 0; i < quotas.size(); i++) {
            statuses.add(quotas.status(i, counter, now));
        }
    }

    /** Takes the last charge of one back from the rolling counter of a key, or from that of those who share one where it would. */
    void giveBackLast(CounterKey key, long now) {
        if (!giveBackLast(stripe(key), key, now) && isFull()) {
            giveBackLast(overflow, CounterKey.SHARED, now);
        }
    }

    private static boolean giveBackLast(CounterStripe stripe, CounterKey key, long now) {
        synchronized (stripe) {
            Counter counter = stripe.find(key);
            if (!(counter instanceof RollingCounter rolling)) {
                return false;
            }
            rolling.refresh(now);
            rolling.giveBackLast();
            return true;
        }
    }

    /** Drops all counters with nothing charged. */
    void sweep(long now) {
        for (CounterStripe stripe : stripes) {
            synchronized (stripe) {
                size.addAndGet(-stripe.sweep(stripe.rows(), stripe.rows(), now));
            }
        }
    }

    /** Where the counters are that have a key of their own, one stripe after the other. */
    List<CounterStripe> keyed() {
        return List.of(stripes);
    }

    /** Where all counters are, one stripe after the other. */
    List<CounterStripe> stripes() {
        List<CounterStripe> all = new ArrayList<>(List.of(stripes));
        all.add(overflow);
        return all;
    }
}
