package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
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
    private static final int STRIPES = 64;

    private static final int CANDIDATES = 2;
    private static final int CANDIDATES_AT_BOUND = 32;

    private final WindowRule[] rules;
    private final int maxKeys;
    private final CounterStripe[] stripes = new CounterStripe[STRIPES];
    private final CounterStripe overflow;
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger swept = new AtomicInteger();

    CounterTable(String policy, List<Window> windows, int maxKeys) {
        this.rules =
                windows.stream().map(window -> new WindowRule(policy, window)).toArray(WindowRule[]::new);
        this.maxKeys = maxKeys;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new CounterStripe(rules);
        }
        this.overflow = new CounterStripe(rules);
        overflow.add(CounterKey.GLOBAL);
    }

    WindowRule[] rules() {
        return rules;
    }

    /** Where a key has its counter, if it has one of its own. */
    CounterStripe stripe(CounterKey key) {
        return stripes[(int) (key.high() >>> 32) & STRIPES - 1];
    }

    /** Where those are counted who find no room, all under {@link CounterKey#GLOBAL}; locked after a stripe if with one. */
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

    /** Makes a counter, for which there is room, in the stripe of the key, whose monitor is held; returns its row. */
    int add(CounterStripe stripe, CounterKey key, long now) {
        size.addAndGet(-stripe.sweep(CANDIDATES, CANDIDATES, now));
        return stripe.add(key);
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
    void peek(CounterKey key, NanoClock clock, List<WindowStatus> statuses) {
        if (!tell(stripe(key), key, clock, statuses)
                && !(isFull() && tell(overflow, CounterKey.GLOBAL, clock, statuses))) {
            for (WindowRule rule : rules) {
                statuses.add(rule.fullStatus());
            }
        }
    }

    private boolean tell(CounterStripe stripe, CounterKey key, NanoClock clock, List<WindowStatus> statuses) {
        synchronized (stripe) {
            int row = stripe.find(key);
            if (row == CounterStripe.ABSENT) {
                return false;
            }
            long now = clock.now();
            stripe.refresh(row, now);
            for (int i = 0; i < rules.length; i++) {
                statuses.add(stripe.status(row, i, now));
            }
            return true;
        }
    }

    /** Takes back any one charge of a key, or of those who share a counter where that key would. */
    void giveBackOne(CounterKey key) {
        if (!giveBackOne(stripe(key), key) && isFull()) {
            giveBackOne(overflow, CounterKey.GLOBAL);
        }
    }

    private static boolean giveBackOne(CounterStripe stripe, CounterKey key) {
        synchronized (stripe) {
            int row = stripe.find(key);
            if (row == CounterStripe.ABSENT) {
                return false;
            }
            stripe.giveBackOne(row);
            return true;
        }
    }
}
