package io.inferenceproxy.limit;

/**
 * What has been charged under one key, in all windows of a policy. Windows go by their place among the policy's periods,
 * the shortest first; amounts are in the policy's unit and over 0; times are those of a {@link LimitClock}.
 *
 * <p>Guarded by the monitor of the stripe that it is in. All but {@link #refresh} ask that it was refreshed at that time.
 */
interface Counter {

    /** The wait of what can never be admitted. */
    long NEVER = Long.MAX_VALUE;

    /** Lets go of what no window counts any more. */
    void refresh(long now);

    /** Whether nothing is charged, so that the counter could as well not be there. */
    boolean isEmpty();

    /**
     * Charges every window.
     *
     * @param quotas those of the caller's plan, one a window; 0 where the plan has none
     */
    void charge(long amount, long now, long[] quotas);

    /**
     * Takes a charge, or some of one, back from the windows that still count it.
     *
     * @param quotas those that it was charged under
     */
    void giveBack(long amount, long chargedAt, long now, long[] quotas);

    /**
     * As {@link #giveBack} of a charge that was made in another manner of counting, and so may stand under a time near its own.
     */
    default void giveBackNear(long amount, long chargedAt, long now, long[] quotas) {
        giveBack(amount, chargedAt, now, quotas);
    }

    /** How much a window still admits under that quota; may be below 0 when the quota became smaller. */
    long remaining(int window, long quota, long now);

    /** How long until a window admits that amount, in nanoseconds; 0 for now, {@link #NEVER} when it is over the quota. */
    long waitNanos(int window, long quota, long amount, long now);

    /** How long until a window admits more than it does, in nanoseconds; of one with nothing charged, its period. */
    long resetNanos(int window, long quota, long now);

    /** Hands on what a counter without charges must be told, at that time or later, for it to stand as this one. */
    void saveTo(Charges charges, long now);

    /** What is told of a counter, the oldest first. */
    interface Charges {
        /** A charge, and when it was made. */
        void charge(long amount, long at);

        /** When a window has made up for all that was charged to it. */
        void debt(int window, long paidAt);
    }
}
