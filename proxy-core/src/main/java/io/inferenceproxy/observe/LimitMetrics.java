package io.inferenceproxy.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/** Counts what the limit policies decide, each by its name. */
public final class LimitMetrics {

    private final String[] policies;
    private final Counter[] admitted;
    private final Counter[] refused;

    /** @param policies the names of all policies; decisions of others are not counted */
    public LimitMetrics(MeterRegistry registry, Set<String> policies) {
        ProxyMeters meters = new ProxyMeters(registry);
        this.policies = policies.toArray(String[]::new);
        this.admitted = counters(meters, "admitted");
        this.refused = counters(meters, "refused");
    }

    /** Counts one decision. */
    public void onDecision(String policy, boolean admits) {
        for (int i = 0; i < policies.length; i++) {
            if (policies[i].equals(policy)) { // a handful, and mostly the very same text: no map is faster
                (admits ? admitted : refused)[i].increment();
                return;
            }
        }
    }

    private Counter[] counters(ProxyMeters meters, String outcome) {
        Counter[] counters = new Counter[policies.length];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = meters.counter(ProxyMetric.RATE_LIMIT_DECISIONS, policies[i], outcome);
        }
        return counters;
    }
}
