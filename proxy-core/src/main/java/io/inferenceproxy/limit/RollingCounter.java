package io.inferenceproxy.limit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rolling windows: a window never counts more than its quota in any span of its period, wherever the span begins.
 *
 * <p>A charge is kept with its time, in the ring of the shortest window that still counts it; when that window lets go of
 * it, it moves on into the ring of the next longer one. Up to {@value #EXACT} charges a window are each kept as they were.
 * Where a quota is higher, times are rounded up to a grid, at most {@code 1/512} of the period, and those of the same time
 * are one entry: such a charge counts that much longer than it must, never shorter, and a counter has at most some 1,024
 * entries a window.
 */
final class RollingCounter extends Ring implements Counter {

    /** Up to how many charges a window are kept as they were. */
    static final int EXACT = 512;

    private final Rules rules;
    private @Nullable Ring @Nullable [] longer;

    private RollingCounter(Rules rules) {
        super(rules.weighed[0]);
        this.rules = rules;
    }

    @Override
    public void refresh(long now) {
        for (int i = 0; i < rules.periods.length; i++) {
            Ring ring = ring(i);
            while (ring != null && ring.size() > 0 && ring.time(0) + rules.periods[i] <= now) {
                long time = ring.time(0);
                long amount = ring.amount(0);
                ring.removeOldest();
                if (i + 1 < rules.periods.length) {
                    made(i + 1).add(rules.onGrid(i + 1, time), amount);
                }
            }
        }
    }

    @Override
    public boolean isEmpty() {
        return used(rules.periods.length - 1) == 0;
    }

    @Override
    public void charge(long amount, long now, long[] quotas) {
        add(rules.onGrid(0, now), amount);
    }

    @Override
    public void giveBack(long amount, long chargedAt, long now, long[] quotas) {
        for (int i = 0; i < rules.periods.length; i++) {
            long time = rules.onGrid(i, chargedAt);
            if (time + rules.periods[i] > now) {
                Ring ring = ring(i);
                if (ring != null) {
                    ring.take(time, amount);
                }
                return;
            }
        }
    }

    /** Times were rounded up, or are those of the beginning of a turn: first those that are not before it, then the newest before it. */
    @Override
    public void giveBackNear(long amount, long chargedAt, long now, long[] quotas) {
        long rest = amount;
        for (int i = rules.periods.length - 1; i >= 0 && rest > 0; i--) {
            Ring ring = ring(i);
            rest -= ring == null ? 0 : ring.takeFrom(chargedAt, rest);
        }
        for (int i = 0; i < rules.periods.length && rest > 0; i++) {
            Ring ring = ring(i);
            rest -= ring == null ? 0 : ring.takeBefore(chargedAt, rest);
        }
    }

    /** Takes back a charge of one, the last that was made. */
    void giveBackLast() {
        for (int i = 0; i < rules.periods.length; i++) {
            Ring ring = ring(i);
            if (ring != null && ring.size() > 0) {
                ring.take(ring.time(ring.size() - 1), 1);
                return;
            }
        }
    }

    private long used(int window) {
        long used = total();
        for (int i = 1; i <= window && longer != null; i++) {
            Ring ring = ring(i);
            used += ring == null ? 0 : ring.total();
        }
        return used;
    }

    @Override
    public long remaining(int window, long quota, long now) {
        return quota - used(window);
    }

    @Override
    public long waitNanos(int window, long quota, long amount, long now) {
        long missing = used(window) + amount - quota;
        return missing <= 0 ? 0 : amount > quota ? NEVER : nanosUntil(window, missing, now);
    }

    @Override
    public long resetNanos(int window, long quota, long now) {
        long period = rules.periods[window];
        return used(window) == 0 ? period : Math.min(period, nanosUntil(window, 1, now));
    }

    /** How long until the window has let go of that much. */
    private long nanosUntil(int window, long amount, long now) {
        long rest = amount;
        for (int i = window; i >= 0; i--) {
            Ring ring = ring(i);
            if (ring == null || ring.total() < rest) {
                rest -= ring == null ? 0 : ring.total();
                continue;
            }
            int entry = 0;
            while (rest > ring.amount(entry)) {
                rest -= ring.amount(entry++);
            }
            return rules.onGrid(window, ring.time(entry)) + rules.periods[window] - now;
        }
        throw new IllegalStateException("less is charged than must go");
    }

    /**
     * A time that was rounded up for a longer window is told as one that the same rounding leads to, and that the shorter
     * window does not count.
     */
    @Override
    public void saveTo(Charges charges, long now) {
        for (int i = rules.periods.length - 1; i >= 0; i--) {
            Ring ring = ring(i);
            long latest = i == 0 ? now : now - rules.periods[i - 1] & -rules.grids[i - 1];
            for (int entry = 0; ring != null && entry < ring.size(); entry++) {
                charges.charge(ring.amount(entry), Math.min(ring.time(entry), latest));
            }
        }
    }

    /** What a window counts and no shorter one; itself for the shortest. */
    private @Nullable Ring ring(int window) {
        if (window == 0) {
            return this;
        }
        return longer == null ? null : longer[window];
    }

    private Ring made(int window) {
        @Nullable Ring[] rings = longer;
        if (rings == null) {
            rings = new Ring[rules.periods.length];
            longer = rings;
        }
        Ring ring = rings[window];
        if (ring == null) {
            ring = new Ring(rules.weighed[window]);
            rings[window] = ring;
        }
        return ring;
    }

    /** Periods, and how exactly times are kept in each. */
    static final class Rules implements Counting {

        private final long[] periods;
        private final long[] grids;
        private final boolean[] weighed;

        /**
         * @param periods in nanoseconds, the shortest first
         * @param quotas the highest of each
         * @param requests whether each charge is of one
         */
        Rules(long[] periods, long[] quotas, boolean requests) {
            this.periods = periods;
            this.grids = new long[periods.length];
            this.weighed = new boolean[periods.length];
            long grid = 1;
            for (int i = 0; i < periods.length; i++) {
                // A longer window's grid is no finer than a shorter one's, so that a time rounded twice is rounded
                // once.
                grid = Math.max(grid, quotas[i] <= EXACT ? 1 : Long.highestOneBit(periods[i] / EXACT));
                grids[i] = grid;
                weighed[i] = !requests || grid > 1;
            }
        }

        @Override
        public long[] periods() {
            return periods;
        }

        @Override
        public Counter counter() {
            return new RollingCounter(this);
        }

        @Override
        public boolean isLike(Counting other) {
            return other instanceof Rules rules
                    && Arrays.equals(periods, rules.periods)
                    && Arrays.equals(grids, rules.grids)
                    && Arrays.equals(weighed, rules.weighed);
        }

        private long onGrid(int window, long time) {
            long grid = grids[window];
            return time + grid - 1 & -grid;
        }
    }
}
