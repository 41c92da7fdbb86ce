package io.inferenceproxy.limit;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/**
 * Fixed windows: the quota comes back whole at the turn of the hour, the day, the month. In a span that lies across a turn
 * up to twice the quota is admitted.
 */
final class FixedCounter implements Counter {

    /** Far over any quota, and far from overflowing. */
    private static final long MOST = Long.MAX_VALUE / 4;

    private final Rules rules;
    private final long[] begins;
    private final long[] used;

    private FixedCounter(Rules rules) {
        this.rules = rules;
        this.begins = new long[rules.periods.length];
        this.used = new long[rules.periods.length];
    }

    @Override
    public void refresh(long now) {
        for (int i = 0; i < used.length; i++) {
            long begin = rules.turn(i, now).begin();
            if (begins[i] != begin) {
                begins[i] = begin;
                used[i] = 0;
            }
        }
    }

    @Override
    public boolean isEmpty() {
        for (long each : used) {
            if (each > 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void charge(long amount, long now, long[] quotas) {
        for (int i = 0; i < used.length; i++) {
            used[i] = Math.min(MOST, used[i] + amount);
        }
    }

    @Override
    public void giveBack(long amount, long chargedAt, long now, long[] quotas) {
        for (int i = 0; i < used.length; i++) {
            if (chargedAt >= begins[i]) {
                used[i] = Math.max(0, used[i] - amount);
            }
        }
    }

    @Override
    public long remaining(int window, long quota, long now) {
        return quota - used[window];
    }

    @Override
    public long waitNanos(int window, long quota, long amount, long now) {
        if (used[window] + amount <= quota) {
            return 0;
        }
        return amount > quota ? NEVER : resetNanos(window, quota, now);
    }

    @Override
    public long resetNanos(int window, long quota, long now) {
        return rules.turn(window, now).end() - now;
    }

    /** What a window has more than the one that began next was charged before that one began, at the latest. */
    @Override
    public void saveTo(Charges charges, long now) {
        long at = Long.MIN_VALUE;
        for (int i = nextAfter(at); i >= 0; i = nextAfter(at)) {
            at = begins[i];
            int later = nextAfter(at);
            long amount = used[i] - (later < 0 ? 0 : used[later]);
            if (amount > 0) {
                charges.charge(amount, at);
            }
        }
    }

    /** The window that began first after that time; below 0 when there is none. */
    private int nextAfter(long time) {
        int first = -1;
        for (int i = 0; i < begins.length; i++) {
            if (begins[i] > time && (first < 0 || begins[i] < begins[first])) {
                first = i;
            }
        }
        return first;
    }

    /** Periods, and when their turns begin. */
    static final class Rules implements Counting {

        private final long[] periods;
        private final ZoneId zone;
        private final CalendarTurns[] calendars;

        Rules(List<Duration> spans, long[] periods, ZoneId zone) {
            this.periods = periods;
            this.zone = zone;
            this.calendars =
                    spans.stream().map(span -> new CalendarTurns(span, zone)).toArray(CalendarTurns[]::new);
        }

        @Override
        public long[] periods() {
            return periods;
        }

        @Override
        public Counter counter() {
            return new FixedCounter(this);
        }

        @Override
        public boolean isLike(Counting other) {
            return other instanceof Rules rules && Arrays.equals(periods, rules.periods) && zone.equals(rules.zone);
        }

        private CalendarTurns.Turn turn(int window, long now) {
            return calendars[window].at(now);
        }
    }
}
