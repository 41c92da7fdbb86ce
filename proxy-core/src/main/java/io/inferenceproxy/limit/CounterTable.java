package io.inferenceproxy.limit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

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

    private static final int CANDIDATES = 2;
    private static final int CANDIDATES_AT_BOUND = 32;

    private final Counting counting;
    private final int maxKeys;
    private final CounterStripe[] stripes = new CounterStripe[STRIPES];
    private final CounterStripe overflow = new CounterStripe();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger swept = new AtomicInteger();
    private ChargeJournal journal = ChargeJournal.NONE;

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

    /** Where a key has its counter, if it has one of its own. */
    CounterStripe stripe(CounterKey key) {
        return stripes[(int) (key.high() >>> 32) & STRIPES - 1];
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
