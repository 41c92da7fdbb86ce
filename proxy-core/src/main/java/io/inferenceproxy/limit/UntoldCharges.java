package io.inferenceproxy.limit;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The charges of counters to which nothing is added any more, one after the other, oldest first for each caller. Only those of
 * one stripe are taken out at a time: of all callers they are more than memory should hold twice.
 */
final class UntoldCharges {

    private final SharedPolicy policy;
    private final Iterator<CounterStripe> stripes;
    private final long now;
    private final Queue<Untold> ready = new ArrayDeque<>();

    /** A charge of a caller, and when it was made by our clock. */
    record Untold(SharedPolicy policy, CounterKey key, long amount, long at) {}

    /**
     * All that was charged there.
     *
     * @param policy which shares what is counted
     * @param counted by whose counters it was charged
     */
    UntoldCharges(SharedPolicy policy, LimitPolicy counted, long now) {
        this.policy = policy;
        this.stripes = counted.table().keyed().iterator();
        this.now = now;
    }

    /** The next charge; none when there are no more. */
    @Nullable
    Untold next() {
        while (ready.isEmpty() && stripes.hasNext()) {
            SavedCharges.of(stripes.next(), now, (key, amount, at) -> ready.add(new Untold(policy, key, amount, at)));
        }
        return ready.poll();
    }
}
