package io.inferenceproxy.limit;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy to whose counters the journal is told again. A counter whose room is gone shares one, as at any time.
 *
 * <p>Which plan a caller had is not known. So smooth windows are charged as under the lowest quota, and given back to as under
 * the highest: nobody is admitted more than without a restart.
 */
final class ReplayedPolicy {

    private final CounterTable table;
    private final boolean smooth;
    private final int[] places;
    private final long[] lowest;
    private final long[] highest;
    private final long longest;
    private final long now;

    /**
     * @param periods the windows that the journal tells of
     */
    ReplayedPolicy(LimitPolicy policy, long[] periods, long now) {
        this.table = policy.table();
        this.smooth = policy.options().kind() == WindowKind.SMOOTH;
        this.now = now;
        long[] current = table.counting().periods();
        this.places = new int[periods.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.max(-1, Arrays.binarySearch(current, periods[i]));
        }
        this.lowest = new long[current.length];
        this.highest = new long[current.length];
        this.longest = current[current.length - 1];
        for (Quotas quotas : policy.allQuotas()) {
            for (int i = 0; i < current.length; i++) {
                long quota = quotas.byPlace()[i];
                if (quota > 0) {
                    lowest[i] = lowest[i] == 0 ? quota : Math.min(lowest[i], quota);
                    highest[i] = Math.max(highest[i], quota);
                }
            }
        }
    }

    void charge(CounterKey key, long amount, long at) {
        if (!smooth && now - at > 2 * longest) {
            return; // no window counts it any more, one of the calendar neither
        }
        long time = Math.min(at, now);
        Counter counter = counter(key);
        counter.refresh(time);
        counter.charge(amount, time, lowest);
    }

    void giveBack(CounterKey key, long amount, long chargedAt, long at) {
        Counter counter = find(key);
        if (counter != null) {
            long time = Math.min(at, now);
            counter.refresh(time);
            counter.giveBack(amount, Math.min(chargedAt, now), time, highest);
        }
    }

    void debt(CounterKey key, int window, long paidAt) {
        if (smooth && window < places.length && places[window] >= 0 && counter(key) instanceof SmoothCounter counter) {
            counter.restoreDebt(places[window], paidAt);
        }
    }

    private @Nullable Counter find(CounterKey key) {
        return stripe(key).find(key);
    }

    private CounterStripe stripe(CounterKey key) {
        return key.equals(CounterKey.SHARED) ? table.overflow() : table.stripe(key);
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
        stripe(key).add(key, counter);
        return counter;
    }
}
