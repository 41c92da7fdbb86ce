package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
    private @Nullable LimitJournal journal;
    private volatile @Nullable LimitPolicies successor;

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
        policies.journal = journal;
        journal.restore(policies.journalled());
        return policies;
    }

    /** The policies that outlive the process: calls under way do not. */
    private List<LimitPolicy> journalled() {
        return all().filter(policy -> !policy.isHeld()).toList();
    }

    private Stream<LimitPolicy> all() {
        return policies.values().stream().flatMap(List::stream);
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
        LimitPolicies policies = of(options, ticker, observer);
        policies.shared = SharedLimits.open(policies.all().toList(), counters, redis, ticker, decided);
        return policies;
    }

    /**
     * The policies as they have been changed while calls go on. What was charged counts on under those of the same name, cost
     * and manner of counting; limiters of before go on too, and turn to those of now.
     *
     * <p>Once limiters of the new ones are in use, {@link #arrive()} lets go of what the old ones held.
     */
    public LimitPolicies changedTo(Map<String, LimitPolicyOptions> changed, LimitObserver observer) {
        LimitPolicies next = new LimitPolicies(changed, keys, clock, observer);
        SharedLimits sharing = shared;
        if (sharing != null) {
            next.keep(policies, options);
            next.shared = sharing;
            next.all()
                    .filter(policy -> !policy.isShared())
                    .forEach(policy -> counterpart(policy).ifPresent(policy::succeedInWaiting));
            sharing.changeTo(next.all().toList(), this::counterpart);
            successor = next;
            return next;
        }
        next.journal = journal;
        next.all().forEach(policy -> counterpart(policy).ifPresent(before -> policy.succeed(before, clock)));
        LimitJournal kept = journal;
        if (kept == null) {
            successor = next;
        } else {
            kept.restart(next.journalled(), () -> successor = next);
        }
        return next;
    }

    /** Puts those in the place of our own that are as they were. */
    private void keep(Map<String, List<LimitPolicy>> before, Map<String, LimitPolicyOptions> optionsBefore) {
        policies.replaceAll((name, made) ->
                isSame(options.get(name), optionsBefore.get(name)) ? before.getOrDefault(name, made) : made);
    }

    private static boolean isSame(@Nullable LimitPolicyOptions one, @Nullable LimitPolicyOptions other) {
        return one != null
                && other != null
                && one.equals(other)
                && List.copyOf(one.plans().keySet())
                        .equals(List.copyOf(other.plans().keySet())); // of several plans the first one counts
    }

    /** The policy here that counts what that one is to count on. */
    private Optional<LimitPolicy> counterpart(LimitPolicy changed) {
        return all().filter(before -> before.isHeld() == changed.isHeld()
                        && before.countedAs().equals(changed.countedAs())
                        && (changed.isHeld() || isCountedOn(before, changed)))
                .findFirst();
    }

    /** Over shared counters each window of each kind is counted by itself. */
    private boolean isCountedOn(LimitPolicy before, LimitPolicy changed) {
        WindowKind kind = before.options().kind();
        return shared == null
                ? !Recount.isImpossible(kind == WindowKind.SMOOTH, changed)
                : kind == changed.options().kind()
                        && !Collections.disjoint(
                                before.options().spans(), changed.options().spans());
    }

    /** The names of policies that counted something that nobody counts on, when they have been changed to those. */
    public List<String> forgottenBy(LimitPolicies changed) {
        return all().filter(before -> changed.all()
                        .noneMatch(each -> counterpart(each).stream().anyMatch(same -> same == before)))
                .map(LimitPolicy::name)
                .distinct()
                .toList();
    }

    /** Takes over all that is still with the policies of before; takes a moment where there are many callers. */
    public void arrive() {
        all().forEach(policy -> policy.table().arrive());
        all().forEach(LimitPolicy::wakeAll); // there may be more places now
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

    /** As {@link #limiter(String, Collection)}, over all of them, whether or not they need to know the content. */
    public RateLimiter wholeLimiter(String route, Collection<String> names) {
        return limiter(route, names, policy -> true);
    }

    /**
     * As {@link #limiter(String, Collection)}, for calls that end before their content is known: over windows with a period,
     * since nothing is under way any more.
     *
     * @param forgiven those that give back for one of these are left out
     */
    RateLimiter unreadLimiter(String route, Collection<String> names, Set<GiveBack> forgiven) {
        return limiter(
                route,
                names,
                policy -> policy.isForesighted()
                        && Collections.disjoint(policy.options().giveBack(), forgiven));
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
        List<RoutePolicy> found = onRoute(route, names, chosen);
        LocalRateLimiter local = local(found, route, names, chosen);
        return shared == null ? local : shared(local, found, shared, route, names, chosen);
    }

    private SharedRateLimiter shared(
            LocalRateLimiter local,
            List<RoutePolicy> found,
            SharedLimits sharing,
            String route,
            Collection<String> names,
            Predicate<LimitPolicy> chosen) {
        return new SharedRateLimiter(
                local,
                found,
                sharing,
                observer,
                () -> Optional.ofNullable(successor).map(next -> {
                    List<RoutePolicy> now = next.onRoute(route, names, chosen);
                    return next.shared(next.local(now, route, names, chosen), now, sharing, route, names, chosen);
                }));
    }

    private LocalRateLimiter local(
            List<RoutePolicy> found, String route, Collection<String> names, Predicate<LimitPolicy> chosen) {
        return new LocalRateLimiter(
                found,
                keys,
                clock,
                observer,
                () -> successor != null,
                () -> Optional.ofNullable(successor)
                        .map(next -> next.local(next.onRoute(route, names, chosen), route, names, chosen)));
    }

    /** In the order of the policies, whatever that of the names: counters are locked in this order everywhere. */
    private List<RoutePolicy> onRoute(String route, Collection<String> names, Predicate<LimitPolicy> chosen) {
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
        return found;
    }

    /** All policies, each with its parts. */
    Map<String, List<LimitPolicy>> policies() {
        return policies;
    }
}
