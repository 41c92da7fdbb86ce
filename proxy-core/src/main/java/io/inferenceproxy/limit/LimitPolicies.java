package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All limit policies of a proxy, with what has been charged to them. Each route gets a {@link RateLimiter} over those
 * that hold for it; routes under the same policy draw on the same quotas.
 */
public final class LimitPolicies {

    private final Map<String, LimitPolicy> policies = new LinkedHashMap<>();
    private final NanoClock clock;
    private final LimitObserver observer;

    private LimitPolicies(Map<String, LimitPolicyOptions> options, Ticker ticker, LimitObserver observer) {
        options.forEach((name, policy) -> policies.put(
                name, new LimitPolicy(policy.key(), new CounterTable(name, policy.windows(), policy.maxKeys()))));
        this.clock = new NanoClock(ticker);
        this.observer = observer;
    }

    /**
     * Policies with nothing charged to them.
     *
     * @param options the policies by name; their order is that of the header fields
     * @param ticker the clock of the windows
     * @param observer hears of every decision
     */
    public static LimitPolicies of(Map<String, LimitPolicyOptions> options, Ticker ticker, LimitObserver observer) {
        return new LimitPolicies(options, ticker, observer);
    }

    /** A limiter over all policies. */
    public RateLimiter limiter() {
        return limiter(policies.keySet());
    }

    /**
     * A limiter over the policies of these names.
     *
     * @throws IllegalArgumentException when there is no policy of one of the names
     */
    public RateLimiter limiter(Collection<String> names) {
        for (String name : names) {
            if (!policies.containsKey(name)) {
                throw new IllegalArgumentException(
                        "limits: " + name + " (expected: one of " + String.join(", ", policies.keySet()) + ")");
            }
        }
        // In the order of the policies, whatever that of the names: counters are locked in this order everywhere.
        List<LimitPolicy> chosen = new ArrayList<>();
        policies.forEach((name, policy) -> {
            if (names.contains(name)) {
                chosen.add(policy);
            }
        });
        return new LocalRateLimiter(chosen, clock, observer);
    }
}
