package io.inferenceproxy.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts what the limit policies decide, each by its name. */
public final class LimitMetrics {

    private final Map<String, Counter> admitted;
    private final Map<String, Counter> refused;

    /** @param policies the names of all policies; decisions of others are not counted */
    public LimitMetrics(MeterRegistry registry, Set<String> policies) {
        ProxyMeters meters = new ProxyMeters(registry);
        this.admitted = counters(meters, policies, "admitted");
        this.refused = counters(meters, policies, "refused");
    }

    /** Counts one decision. */
    public void onDecision(String policy, boolean admits) {
        Counter counter = (admits ? admitted : refused).get(policy);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Map<String, Counter> counters(ProxyMeters meters, Set<String> policies, String outcome) {
        return policies.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        policy -> meters.counter(ProxyMetric.RATE_LIMIT_DECISIONS, policy, outcome)));
    }
}
