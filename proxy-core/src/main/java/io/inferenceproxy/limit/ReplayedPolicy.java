package io.inferenceproxy.limit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A policy to whose counters the journal is told again. A counter whose room is gone shares one, as at any time. */
final class ReplayedPolicy {

    private final CounterTable table;
    private final boolean smooth;
    private final Recount recount;
    private final long now;

    /**
     * @param periods the windows that the journal tells of
     */
    ReplayedPolicy(LimitPolicy policy, long[] periods, long now) {
        this.table = policy.table();
        this.smooth = policy.options().kind() == WindowKind.SMOOTH;
        this.recount = new Recount(policy, periods);
        this.now = now;
    }

    void charge(CounterKey key, long amount, long at) {
        if (recount.mayCount(at, now)) {
            recount.charge(counter(key), amount, Math.min(at, now));
        }
    }

    void giveBack(CounterKey key, long amount, long chargedAt, long at) {
        Counter counter = find(key);
        if (counter != null) {
            // Windows may have let go already of what they do not count now, when room was made for another counter.
            recount.giveBack(counter, amount, Math.min(chargedAt, now), smooth ? Math.min(at, now) : now);
        }
    }

    void debt(CounterKey key, int window, long paidAt) {
        if (smooth) {
            recount.debt(counter(key), window, paidAt);
        }
    }

    private @Nullable Counter find(CounterKey key) {
        return table.home(key).find(key);
    }

    private Counter counter(CounterKey key) {
        Counter found = find(key);
        if (found != null) {
            return found;
        }
        // A smooth counter that seems to be paid off may yet be told of charges from before it was.
        if (table.isFull() && !smooth) {
            table.makeRoom(now);
        }
        if (!table.tryEnter()) {
            return Objects.requireNonNull(table.overflow().find(CounterKey.SHARED), "shared counter");
        }
        Counter counter = table.counting().counter();
        table.stripe(key).add(key, counter);
        return counter;
    }
}
