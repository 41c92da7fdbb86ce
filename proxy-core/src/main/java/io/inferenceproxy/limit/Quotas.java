package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.List;

/** What callers of one plan of a policy may: their windows, and where each has its place among the policy's periods. */
final class Quotas {

    private final LimitWindow[] windows;
    private final int[] places;
    private final long[] byPlace;

    /**
     * @param spans the policy's periods
     */
    Quotas(String policy, List<Window> windows, List<Duration> spans, String unit) {
        this.windows = new LimitWindow[windows.size()];
        this.places = new int[windows.size()];
        this.byPlace = new long[spans.size()];
        for (int i = 0; i < places.length; i++) {
            Window window = windows.get(i);
            this.windows[i] = new LimitWindow(
                    policy + "-" + window.periodName(),
                    window.quota(),
                    window.period().toSeconds(),
                    unit);
            places[i] = spans.indexOf(window.period());
            byPlace[places[i]] = window.quota();
        }
    }

    private Quotas(LimitWindow[] windows, int[] places, long[] byPlace) {
        this.windows = windows;
        this.places = places;
        this.byPlace = byPlace;
    }

    private Quotas(LimitWindow window) {
        this.windows = new LimitWindow[] {window};
        this.places = new int[] {0};
        this.byPlace = new long[] {window.quota()};
    }

    /** So many calls at once. */
    static Quotas atOnce(String policy, int calls) {
        return new Quotas(new LimitWindow(policy + "-at-once", calls, 0, LimitWindow.CONCURRENT_REQUESTS));
    }

    /** The same windows, told as before, with other quotas in them. */
    Quotas withByPlace(long[] byPlace) {
        return new Quotas(windows, places, byPlace);
    }

    /** How many windows there are; 0 for a plan without limits. */
    int size() {
        return windows.length;
    }

    LimitWindow window(int i) {
        return windows[i];
    }

    /** Where a window has its place among the policy's periods. */
    int place(int i) {
        return places[i];
    }

    List<LimitWindow> windows() {
        return List.of(windows);
    }

    /** The quotas of the policy's periods; 0 where the plan has none. */
    long[] byPlace() {
        return byPlace;
    }

    /** The longest wait among the windows for that amount; 0 when it is admitted. */
    long waitNanos(Counter counter, long amount, long now) {
        long longest = 0;
        for (int i = 0; i < places.length; i++) {
            longest = Math.max(longest, counter.waitNanos(places[i], byPlace[places[i]], amount, now));
        }
        return longest;
    }

    WindowStatus status(int i, Counter counter, long now) {
        long quota = byPlace[places[i]];
        long remaining = Math.max(0, counter.remaining(places[i], quota, now));
        return new WindowStatus(windows[i], remaining, seconds(counter.resetNanos(places[i], quota, now)));
    }

    private static long seconds(long nanos) {
        return (nanos + 999_999_999) / 1_000_000_000;
    }
}
