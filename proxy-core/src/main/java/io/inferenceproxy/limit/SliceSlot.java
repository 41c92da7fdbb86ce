package io.inferenceproxy.limit;

import org.jspecify.annotations.Nullable;

/** The calls of one caller that are alike: under the same policies, at the same costs. How many come, and the slice they draw on. */
final class SliceSlot {

    private final Claim first;
    private final long life;
    private long since;
    private int calls;
    private int before;
    private @Nullable QuotaSlice current;
    private boolean gone;

    /**
     * A slot without a slice.
     *
     * @param first what each call claims
     * @param life how long slices last, in nanoseconds; also the span over which calls are counted
     */
    SliceSlot(Claim first, long life, long now) {
        this.first = first;
        this.life = life;
        this.since = now;
    }

    Claim first() {
        return first;
    }

    long life() {
        return life;
    }

    /** As much in microseconds: how long before their last use slices are charged. */
    long ahead() {
        return life / 1_000;
    }

    /** Whether a call that claims this is one of them. */
    boolean fits(Claim claim) {
        Claim own = first;
        Claim other = claim;
        while (own != null && other != null && isAlike(own, other)) {
            own = own.next();
            other = other.next();
        }
        return own == null && other == null;
    }

    private static boolean isAlike(Claim one, Claim other) {
        return one.policy() == other.policy()
                && one.quotas() == other.quotas()
                && one.amount() == other.amount()
                && one.key().equals(other.key());
    }

    /** Counts a call, and returns the slice on which it may draw. */
    synchronized @Nullable QuotaSlice arrived(long now) {
        if (now - since >= life) {
            before = now - since < 2 * life ? calls : 0;
            calls = 0;
            since = now;
        }
        calls++;
        return current;
    }

    /** How many calls came in this span or in the last one, the higher of both. */
    synchronized int pace() {
        return Math.max(before, calls);
    }

    synchronized @Nullable QuotaSlice current() {
        return current;
    }

    /** Puts a slice in the place of another; false when that was not the current one any more, or the slot is not in use. */
    synchronized boolean replace(@Nullable QuotaSlice known, QuotaSlice fresh) {
        if (gone || current != known) {
            return false;
        }
        current = fresh;
        return true;
    }

    /** Ends the slot when nobody has come for long, and no slice is open; true when it is not in use any more. */
    synchronized boolean tryEnd(long now) {
        gone = gone || now - since >= 2 * life && (current == null || current.isOver(now));
        return gone;
    }

    /** Ends the slot, and returns the slice that is to be closed. */
    synchronized @Nullable QuotaSlice end() {
        gone = true;
        return current;
    }
}
