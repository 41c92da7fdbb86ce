package io.inferenceproxy.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;

/** Counts what the windows of the limit policies decide, each by its name. */
public final class LimitMetrics {

    private final String[] windows;
    private final Counter[][] counters;

    /**
     * Counters that stand at zero.
     *
     * @param windows the names of all windows; decisions of others are not counted
     * @param outcomes what may be decided
     */
    public LimitMetrics(MeterRegistry registry, Set<String> windows, List<String> outcomes) {
        ProxyMeters meters = new ProxyMeters(registry);
        this.windows = windows.toArray(String[]::new);
        this.counters = new Counter[outcomes.size()][this.windows.length];
        for (int outcome = 0; outcome < counters.length; outcome++) {
            for (int i = 0; i < this.windows.length; i++) {
                counters[outcome][i] =
                        meters.counter(ProxyMetric.RATE_LIMIT_DECISIONS, this.windows[i], outcomes.get(outcome));
            }
        }
    }

    /**
     * Counts one decision.
     *
     * @param outcome its place in the list
     */
    public void onDecision(String window, int outcome) {
        for (int i = 0; i < windows.length; i++) {
            if (windows[i].equals(window)) { // a handful, and mostly the very same text: no map is faster
                counters[outcome][i].increment();
                return;
            }
        }
    }
}
