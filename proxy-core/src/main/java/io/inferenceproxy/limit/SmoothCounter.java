package io.inferenceproxy.limit;

import java.util.Arrays;

/**
 * Token buckets, by the generic cell rate algorithm (ITU-T I.371, annex A): quota comes back evenly, one after the other,
 * and up to a burst may be taken at once. In any span of a period at most the quota and the burst are admitted.
 *
 * <p>A bucket is one number: when it is full again.
 */
final class SmoothCounter implements Counter {

    /** Forty years: what a call cost beyond its estimate counts for no longer. */
    private static final long MOST_DEBT = 40L * 366 * 86_400 * 1_000_000_000;

    private final Rules rules;
    private final long[] fullAt;
    private boolean empty = true;

    private SmoothCounter(Rules rules) {
        this.rules = rules;
        this.fullAt = new long[rules.periods.length];
    }

    @Override
    public void refresh(long now) {
        empty = true;
        for (long each : fullAt) {
            empty &= each <= now;
        }
    }

    @Override
    public boolean isEmpty() {
        return empty;
    }

    @Override
    public void charge(long amount, long now, long[] quotas) {
        for (int i = 0; i < fullAt.length; i++) {
            if (quotas[i] > 0) {
                long debt = Math.min(MOST_DEBT, debt(i, now) + rules.nanos(i, quotas[i], amount));
                fullAt[i] = now + debt;
            }
        }
        refresh(now);
    }

    @Override
    public void giveBack(long amount, long chargedAt, long now, long[] quotas) {
        for (int i = 0; i < fullAt.length; i++) {
            if (quotas[i] > 0) {
                // some of it has come back by itself
                fullAt[i] -= Math.max(0, rules.nanos(i, quotas[i], amount) - (now - chargedAt));
            }
        }
        refresh(now);
    }

    @Override
    public long remaining(int window, long quota, long now) {
        long room = rules.capacity(window, quota) - debt(window, now);
        long remaining = Math.min(rules.burst(quota), (long) (room * (double) quota / rules.periods[window]));
        while (remaining > 0 && rules.nanos(window, quota, remaining) > room) {
            remaining--;
        }
        while (remaining < rules.burst(quota) && rules.nanos(window, quota, remaining + 1) <= room) {
            remaining++;
        }
        return remaining;
    }

    @Override
    public long waitNanos(int window, long quota, long amount, long now) {
        return amount > rules.burst(quota) ? NEVER : Math.max(0, nanosUntil(window, quota, amount, now));
    }

    @Override
    public long resetNanos(int window, long quota, long now) {
        return debt(window, now) == 0
                ? rules.periods[window]
                : Math.max(1, nanosUntil(window, quota, remaining(window, quota, now) + 1, now));
    }

    /** How long until so much may be taken at once; below 0 for how long that has been so. */
    private long nanosUntil(int window, long quota, long amount, long now) {
        return debt(window, now) + rules.nanos(window, quota, amount) - rules.capacity(window, quota);
    }

    private long debt(int window, long now) {
        return Math.max(0, fullAt[window] - now);
    }

    @Override
    public void saveTo(Charges charges, long now) {
        for (int i = 0; i < fullAt.length; i++) {
            if (fullAt[i] > 0) {
                charges.debt(i, fullAt[i]);
            }
        }
    }

    /** Takes over what {@link Charges#debt} was told. */
    void restoreDebt(int window, long paidAt) {
        if (window < fullAt.length) {
            fullAt[window] = paidAt;
        }
    }

    /** Periods, and how much may be taken at once. */
    static final class Rules implements Counting {

        private final long[] periods;
        private final long burst;

        /**
         * @param burst 0 for as much as the quota
         */
        Rules(long[] periods, long burst) {
            this.periods = periods;
            this.burst = burst;
        }

        @Override
        public long[] periods() {
            return periods;
        }

        @Override
        public Counter counter() {
            return new SmoothCounter(this);
        }

        @Override
        public boolean isLike(Counting other) {
            return other instanceof Rules rules && Arrays.equals(periods, rules.periods) && burst == rules.burst;
        }

        private long burst(long quota) {
            return burst == 0 ? quota : burst;
        }

        /** How long so much takes to come back, rounded up. */
        private long nanos(int window, long quota, long amount) {
            return (long) Math.min(MOST_DEBT, Math.ceil(amount * (double) periods[window] / quota));
        }

        /** The debt of a bucket that is empty: that of a burst, taken one by one or at once. */
        private long capacity(int window, long quota) {
            return Math.max(nanos(window, quota, burst(quota)), burst(quota) * nanos(window, quota, 1));
        }
    }
}
