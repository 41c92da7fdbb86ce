package io.inferenceproxy.limit;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A policy at work: which calls it counts together, what callers may, and their counters. All routes under it share it. */
final class LimitPolicy {

    private final String name;
    private final LimitPolicyOptions options;
    private final CounterTable table;
    private final Quotas standard;
    private final Map<String, Quotas> plans;
    private final boolean byModel;
    private Optional<WaitingRoom> room;
    private Optional<WaitingRoom> woken;
    private volatile @Nullable LimitPolicy successor;
    private @Nullable SharedPolicy shared;

    private LimitPolicy(
            String name, LimitPolicyOptions options, CounterTable table, Quotas standard, Map<String, Quotas> plans) {
        this.name = name;
        this.options = options;
        this.table = table;
        this.standard = standard;
        this.plans = plans;
        this.byModel = options.key().stream().anyMatch(LimitKey::readsContent);
        this.room = table.counting().isHeld() && !options.wait_().isZero()
                ? Optional.of(new WaitingRoom(options.wait_()))
                : Optional.empty();
        this.woken = room;
    }

    /** The policies that one of the configuration stands for: of its windows, and of its calls at once. */
    static List<LimitPolicy> of(String name, LimitPolicyOptions options) {
        List<LimitPolicy> policies = new ArrayList<>(2);
        List<Duration> spans = options.spans();
        if (!spans.isEmpty()) {
            Map<String, Quotas> plans = new LinkedHashMap<>();
            options.plans()
                    .forEach((plan, each) -> plans.put(plan, new Quotas(name, each.windows(), spans, options.unit())));
            policies.add(new LimitPolicy(
                    name,
                    options,
                    new CounterTable(Counting.of(options), options.maxKeys()),
                    new Quotas(name, options.windows(), spans, options.unit()),
                    plans));
        }
        if (options.atOnce() > 0) {
            policies.add(new LimitPolicy(
                    name,
                    options,
                    new CounterTable(InFlightCounter.Rules.INSTANCE, options.maxKeys()),
                    Quotas.atOnce(name, options.atOnce()),
                    Map.of()));
        }
        return policies;
    }

    String name() {
        return name;
    }

    LimitPolicyOptions options() {
        return options;
    }

    CounterTable table() {
        return table;
    }

    /** What callers may who have no plan. */
    Quotas standard() {
        return standard;
    }

    boolean isHeld() {
        return table.counting().isHeld();
    }

    /** Whether what it charges may be known only at the end of a call. */
    boolean isSettled() {
        return !isHeld() && options.cost().isSettled();
    }

    /** Whether it can be told before the content is known that a call is too much: calls under way may have ended by then. */
    boolean isForesighted() {
        return !isHeld() && !options.readsContent();
    }

    /** Where calls wait that it would refuse. */
    Optional<WaitingRoom> room() {
        return room;
    }

    /** Calls that wait for a place of that key may try again, those too that came before or after a change of the policy. */
    void wake(CounterKey key) {
        woken.ifPresent(each -> each.wake(key));
        LimitPolicy next = successor;
        if (next != null) {
            next.wake(key);
        }
    }

    /** Whoever waits may try again. */
    void wakeAll() {
        woken.ifPresent(WaitingRoom::wakeAll);
    }

    /** Before the first call: takes over what the same policy has counted before it was changed, and those who wait. */
    void succeed(LimitPolicy before, LimitClock clock) {
        succeedInWaiting(before);
        Succession.begin(before, this, clock);
    }

    /** Before the first call: takes over those who wait for their turn under the same policy before it was changed. */
    void succeedInWaiting(LimitPolicy before) {
        if (before.woken.isPresent()) {
            woken = before.woken;
            if (room.isPresent()) {
                room = woken;
                room.get().waitFor(options.wait_());
            }
        }
        before.successor = this;
    }

    /** Before the first call: has it be counted elsewhere. */
    void share(SharedPolicy elsewhere) {
        shared = elsewhere;
    }

    boolean isShared() {
        return shared != null;
    }

    /** How it is counted elsewhere. */
    SharedPolicy shared() {
        SharedPolicy known = shared;
        if (known == null) {
            throw new IllegalStateException(name + " is not shared");
        }
        return known;
    }

    /**
     * Under which name its counts are kept. Another cost is another unit, in which what was charged says nothing; under another
     * key other calls are counted together.
     */
    String countedAs() {
        boolean requests = isHeld() || options.cost() instanceof LimitCost.Requests;
        boolean byUser = options.key().equals(LimitPolicyOptions.DEFAULT.key());
        return name
                + (requests ? "" : " of " + options.cost())
                + (byUser
                        ? ""
                        : " by "
                                + options.key().stream().map(LimitKey::toString).collect(Collectors.joining(" and ")));
    }

    /** Whether one of its counters is a route's own, so that it says nothing where a call is on none. */
    boolean isByRoute() {
        return options.key().contains(LimitKey.ROUTE);
    }

    /** Whether each model has counters of its own. */
    boolean isByModel() {
        return byModel;
    }

    /** All that it may tell of: the windows of all plans. */
    List<LimitWindow> windows() {
        List<LimitWindow> windows = new ArrayList<>(standard.windows());
        plans.values().forEach(plan -> windows.addAll(plan.windows()));
        return windows.stream().distinct().toList();
    }

    /** What any caller may: those without a plan, and those of each. */
    List<Quotas> allQuotas() {
        List<Quotas> all = new ArrayList<>(plans.values());
        all.add(standard);
        return all;
    }

    /** What the caller may. */
    Quotas quotas(ProxyCall call) {
        if (plans.isEmpty() || !(call.caller() instanceof Caller.Identified user)) {
            return standard;
        }
        String claim = options.planBy().claim();
        if (!claim.isEmpty()) {
            List<String> said = user.claims().all(claim);
            for (int i = 0; i < said.size(); i++) {
                Quotas plan = plans.get(said.get(i));
                if (plan != null) {
                    return plan;
                }
            }
            return standard;
        }
        Set<String> roles = user.roles();
        for (Map.Entry<String, Quotas> plan : plans.entrySet()) {
            if (roles.contains(plan.getKey())) {
                return plan.getValue();
            }
        }
        return standard;
    }
}
