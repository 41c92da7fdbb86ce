package io.inferenceproxy.limit;

import io.inferenceproxy.limit.LocalRateLimiter.RoutePolicy;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Durations;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All limit policies of a proxy, with what has been charged to them. Each route gets a {@link RateLimiter} over those
 * that hold for it; routes under the same policy draw on the same quotas.
 */
public final class LimitPolicies {

    private final Map<String, LimitPolicyOptions> options;
    private final Map<String, List<LimitPolicy>> policies = new LinkedHashMap<>();
    private final CounterKeys keys;
    private final LimitClock clock;
    private final LimitObserver observer;
    private @Nullable SharedLimits shared;

    LimitPolicies(Map<String, LimitPolicyOptions> options, CounterKeys keys, LimitClock clock, LimitObserver observer) {
        this.options = options;
        options.forEach((name, policy) -> {
            if (policy.mode() != PolicyMode.OFF) {
                policies.put(name, LimitPolicy.of(name, policy));
            }
        });
        this.keys = keys;
        this.clock = clock;
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
        return new LimitPolicies(options, CounterKeys.random(), new LimitClock(ticker), observer);
    }

    /**
     * Policies with what the journal has of them, which from now on remembers what is charged.
     *
     * @throws UncheckedIOException when it cannot be read
     */
    public static LimitPolicies of(
            Map<String, LimitPolicyOptions> options, LimitObserver observer, LimitJournal journal) {
        LimitPolicies policies = new LimitPolicies(options, journal.keys(), journal.clock(), observer);
        journal.restore(policies.policies.values().stream()
                .flatMap(List::stream)
                .filter(policy -> !policy.isHeld())
                .toList());
        return policies;
    }

    /**
     * Policies that other proxies draw on too.
     *
     * @param counters where they are counted; closed with {@link SharedLimits#close()}
     * @param decided hears how many nanoseconds each decision took
     */
    public static LimitPolicies shared(
            Map<String, LimitPolicyOptions> options,
            Ticker ticker,
            LimitObserver observer,
            SharedCounters counters,
            RedisOptions redis,
            LongConsumer decided) {
        options.forEach((name, policy) -> {
            if (!policy.wait_().isZero()) {
                throw new IllegalArgumentException("limits." + name + ".wait: " + Durations.format(policy.wait_())
                        + " (expected: 0s beside redis.url, where nobody waits)");
            }
        });
        LimitPolicies policies = of(options, ticker, observer);
        List<LimitPolicy> all =
                policies.policies.values().stream().flatMap(List::stream).toList();
        policies.shared = SharedLimits.open(all, counters, redis, ticker, decided);
        return policies;
    }

    /** What joins them with those of other proxies, if something does. */
    public Optional<SharedLimits> sharing() {
        return Optional.ofNullable(shared);
    }

    /** The names of all windows that policies of these options may tell of. */
    public static Set<String> windowNames(Map<String, LimitPolicyOptions> options) {
        Set<String> names = new LinkedHashSet<>();
        options.forEach((name, policy) -> LimitPolicy.of(name, policy)
                .forEach(part -> part.windows().forEach(window -> names.add(window.name()))));
        return names;
    }

    /** A limiter over all policies, for a call that is on no route. */
    public RateLimiter limiter() {
        return limiter("", names(), policy -> true);
    }

    /** A limiter over all policies that hold on the route and need no content. */
    public RateLimiter limiter(String route) {
        return limiter(route, names());
    }

    /**
     * A limiter over the policies of these names, where they hold on the route and need no content.
     *
     * @throws IllegalArgumentException when there is no policy of one of the names
     */
    public RateLimiter limiter(String route, Collection<String> names) {
        return limiter(route, names, policy -> !policy.options().readsContent());
    }

    /** As {@link #limiter(String, Collection)}, over those that need to know the content. */
    public RateLimiter contentLimiter(String route, Collection<String> names) {
        return limiter(route, names, policy -> policy.options().readsContent());
    }

    /** The names of all policies. */
    public Collection<String> names() {
        return options.keySet();
    }

    private RateLimiter limiter(String route, Collection<String> names, Predicate<LimitPolicy> chosen) {
        for (String name : names) {
            if (!options.containsKey(name)) {
                throw new IllegalArgumentException(
                        "limits: " + name + " (expected: one of " + String.join(", ", options.keySet()) + ")");
            }
        }
        // In the order of the policies, whatever that of the names: counters are locked in this order everywhere.
        List<RoutePolicy> found = new ArrayList<>();
        policies.forEach((name, parts) -> {
            List<String> routes =
                    parts.isEmpty() ? List.of() : parts.get(0).options().routes();
            if (names.contains(name) && (routes.isEmpty() || route.isEmpty() || routes.contains(route))) {
                parts.stream()
                        .filter(chosen)
                        .forEach(part -> found.add(new RoutePolicy(
                                part, part.options().routeCosts().getOrDefault(route, 1L), route.isEmpty())));
            }
        });
        LocalRateLimiter local = new LocalRateLimiter(found, keys, clock, observer);
        return shared == null ? local : new SharedRateLimiter(local, found, shared, observer);
    }

    /** All policies, each with its parts. */
    Map<String, List<LimitPolicy>> policies() {
        return policies;
    }
}
