package io.inferenceproxy.limit;

import java.util.Arrays;

/**
 * How charges that were counted in one manner are told to counters of another: those of a policy whose windows have been
 * changed. What a window of now counts it is told, whichever windows there were.
 *
 * <p>Which plan a caller had is not known. So smooth windows are charged as under the lowest quota, and given back to as under
 * the highest: nobody is admitted more than without the change.
 */
final class Recount {

    private final Counting counting;
    private final boolean smooth;
    private final int[] places;
    private final long[] lowest;
    private final long[] highest;
    private final long longest;

    /**
     * @param policy whose counters are told
     * @param before the periods of the windows that there were, in nanoseconds
     */
    Recount(LimitPolicy policy, long[] before) {
        this.counting = policy.table().counting();
        this.smooth = policy.options().kind() == WindowKind.SMOOTH;
        long[] current = counting.periods();
        this.places = new int[before.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.max(-1, Arrays.binarySearch(current, before[i]));
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

    /** Whether nothing can be carried over: smooth windows do not know when they were charged. */
    static boolean isImpossible(boolean smoothBefore, LimitPolicy policy) {
        return smoothBefore && policy.options().kind() != WindowKind.SMOOTH;
    }

    /** The quotas under which what was charged before is charged. */
    long[] lowest() {
        return lowest;
    }

    /** The quotas under which what was charged before is given back. */
    long[] highest() {
        return highest;
    }

    /** Whether some window may still count what was charged then; one of the calendar may for nearly two periods. */
    boolean mayCount(long at, long now) {
        return smooth || now - at <= 2 * longest;
    }

    void charge(Counter counter, long amount, long at) {
        counter.refresh(at);
        counter.charge(amount, at, lowest);
    }

    void giveBack(Counter counter, long amount, long chargedAt, long at) {
        counter.refresh(at);
        counter.giveBack(amount, chargedAt, at, highest);
    }

    void debt(Counter counter, int window, long paidAt) {
        if (window < places.length && places[window] >= 0 && counter instanceof SmoothCounter debtor) {
            debtor.restoreDebt(places[window], paidAt);
        }
    }

    /** A counter that stands as that one would, had it always counted in the manner of now. */
    Counter recounted(Counter before, long now) {
        Counter made = counting.counter();
        before.refresh(now);
        before.saveTo(
                new Counter.Charges() {
                    @Override
                    public void charge(long amount, long at) {
                        if (mayCount(at, now)) {
                            Recount.this.charge(made, amount, at);
                        }
                    }

                    @Override
                    public void debt(int window, long paidAt) {
                        Recount.this.debt(made, window, paidAt);
                    }
                },
                now);
        made.refresh(now);
        return made;
    }
}
