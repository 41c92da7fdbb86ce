package io.inferenceproxy.limit;

import io.inferenceproxy.units.Durations;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import io.inferenceproxy.units.Window;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A limit policy: which calls are counted together, what they cost, and how much is admitted in which windows.
 *
 * <p>It is over 300 lines because it has many settings, each with its way to change it.
 */
public record LimitPolicyOptions(
        @Setting(
                "What calls are counted apart by: user, api-key, address, role, route, model, model:/POINTER, claim:NAME, global; several make a tuple")
        List<LimitKey> key,

        @Setting(
                "How much in which span, such as 50 per hour or 100000 tokens per day; all windows hold; 4 at once among them is at-once: 4")
        List<Window> windows,

        @Setting("When quota comes back: rolling, fixed (by the calendar) or smooth (evenly)")
        WindowKind kind,

        @Setting("The time zone whose calendar fixed windows go by")
        String zone,

        @Setting("How much smooth windows admit at once; 0 for as much as the quota")
        long burst,

        @Setting("Most calls under way at once; 0 for any number")
        int atOnce,

        @Setting("How long a call waits for its turn when too many are under way; 0s for not at all")
        Duration wait_,

        @Setting("What tells a caller's plan: role or claim:NAME")
        PlanSource planBy,

        @Setting("Windows in place of the others for callers of a plan, such as pro: 5000 per hour, or unlimited")
        Map<String, LimitPlan> plans,

        @Setting("What a call costs: requests, body-bytes, items:/POINTER, header:NAME, answer:/POINTER or usage")
        LimitCost cost,

        @Setting("What is reserved for a call until its cost is known, where only the answer tells it")
        long estimate,

        @Setting("What a call on a route costs where it is not 1, by the name of the route; where calls are counted")
        Map<String, Long> routeCosts,

        @Setting("What makes a charge be given back: refused-content, upstream-failure, cancelled")
        Set<GiveBack> giveBack,

        @Setting("enforce, shadow (counted and told as metrics only) or off")
        PolicyMode mode,

        @Setting("The routes that it holds on; none for all")
        List<String> routes,

        @Setting("Most users or addresses counted apart; past it newcomers share one bucket")
        int maxKeys) {

    private static final int MOST_WINDOWS = 16;
    private static final int MOST_YEARS = 10;
    private static final int MOST_AT_ONCE = 1_000_000;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** What holds when nothing is configured. */
    public static final LimitPolicyOptions DEFAULT = new LimitPolicyOptions(
            List.of(LimitKey.USER),
            List.of(Window.of(50, Duration.ofHours(1)), Window.of(200, Duration.ofDays(1))),
            WindowKind.ROLLING,
            "UTC",
            0,
            0,
            Duration.ZERO,
            PlanSource.ROLE,
            Map.of(),
            LimitCost.requests(),
            1,
            Map.of(),
            Set.of(GiveBack.UPSTREAM_FAILURE),
            PolicyMode.ENFORCE,
            List.of(),
            1000000);

    public LimitPolicyOptions {
        key = List.copyOf(key);
        plans = Collections.unmodifiableMap(new LinkedHashMap<>(plans));
        routeCosts = Map.copyOf(routeCosts);
        giveBack = Set.copyOf(giveBack);
        routes = List.copyOf(routes);
        if (key.isEmpty() || key.stream().distinct().count() < key.size()) {
            throw new IllegalArgumentException("key: " + key + " (expected: one or more, each once)");
        }
        Require.between(0, 1_000_000_000_000L, burst, "burst");
        Require.between(0, MOST_AT_ONCE, atOnce, "at-once");
        if (wait_.isNegative() || wait_.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("wait: " + Durations.format(wait_) + " (expected: 0s to 10m)");
        }
        if (!wait_.isZero() && atOnce == 0) {
            throw new IllegalArgumentException("wait: " + Durations.format(wait_) + " (expected: at-once beside it)");
        }
        if (burst > 0 && kind != WindowKind.SMOOTH) {
            throw new IllegalArgumentException("burst: " + burst + " (expected: kind smooth beside it)");
        }
        for (Window window : all(windows, plans).toList()) {
            double years = (double) burst / window.quota() * window.period().toDays() / 365;
            if (years > MOST_YEARS) {
                throw new IllegalArgumentException(
                        "burst: " + burst + " (expected: what comes back within 10 years of " + window + ")");
            }
        }
        if (key.stream().filter(LimitKey::readsContent).count() > 1) {
            throw new IllegalArgumentException("key: " + key + " (expected: at most one model)");
        }
        Require.between(1, 1_000_000_000_000L, estimate, "estimate");
        Require.between(1, 100_000_000, maxKeys, "max-keys");
        routeCosts.forEach((route, each) -> Require.between(1, 1_000_000_000L, each, "route-costs." + route));
        if (!routeCosts.isEmpty() && !(cost instanceof LimitCost.Requests)) {
            throw new IllegalArgumentException("route-costs: " + routeCosts + " (expected: cost requests beside them)");
        }
        if (windows.isEmpty() && plans.isEmpty() && atOnce == 0) {
            throw new IllegalArgumentException("windows: 0 (expected: 1 to " + MOST_WINDOWS + " windows, or at-once)");
        }
        String unit = unit(windows, plans, cost);
        windows = windows.stream().map(window -> window.withUnit(unit)).toList();
        requireDistinct(windows, "windows");
        plans.forEach((name, plan) -> requireDistinct(plan.windows(), "plans." + name));
        zoneId(zone);
    }

    /** The one unit of all windows: what they name, else that of the cost. */
    private static String unit(List<Window> windows, Map<String, LimitPlan> plans, LimitCost cost) {
        List<String> named = all(windows, plans)
                .map(Window::unit)
                .filter(unit -> !unit.equals(Window.REQUESTS))
                .distinct()
                .toList();
        if (named.size() > 1) {
            throw new IllegalArgumentException("windows: units " + named + " (expected: the same in all of a policy)");
        }
        if (!named.isEmpty() && cost instanceof LimitCost.Requests) {
            throw new IllegalArgumentException(
                    "windows: " + named.get(0) + " (expected: cost beside them, such as cost: usage)");
        }
        return named.isEmpty() ? cost.unit() : named.get(0);
    }

    private static Stream<Window> all(List<Window> windows, Map<String, LimitPlan> plans) {
        return Stream.concat(windows.stream(), plans.values().stream().flatMap(plan -> plan.windows().stream()));
    }

    private static void requireDistinct(List<Window> windows, String key) {
        if (windows.size() > MOST_WINDOWS) {
            throw new IllegalArgumentException(key + ": " + windows.size() + " (expected: 1 to 16 windows)");
        }
        if (windows.stream().map(Window::period).distinct().count() < windows.size()) {
            throw new IllegalArgumentException(key + ": " + windows + " (expected: one window a period)");
        }
    }

    private static ZoneId zoneId(String zone) {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException("zone: " + zone + " (expected: such as UTC or Europe/Berlin)", unknown);
        }
    }

    /** The unit of all windows, in the singular of none: {@code requests}, {@code tokens}. */
    public String unit() {
        return unit(windows, plans, cost);
    }

    /** Whether the content of a call must be known to count it. */
    public boolean readsContent() {
        return cost.readsContent() || key.stream().anyMatch(LimitKey::readsContent);
    }

    /** The claims of credentials that it asks for. */
    public Set<String> claims() {
        Set<String> claims = new TreeSet<>();
        if (!planBy.claim().isEmpty()) {
            claims.add(planBy.claim());
        }
        key.stream()
                .filter(each -> each.kind() == LimitKey.Kind.CLAIM)
                .map(LimitKey::name)
                .forEach(claims::add);
        return claims;
    }

    /**
     * Windows that can never refuse a call, since another admits less in the same time, or never admit one: mistakes, most
     * likely, each as a sentence.
     */
    public List<String> unreachable() {
        List<String> found = new ArrayList<>(unreachable(windows, "windows"));
        plans.forEach((name, plan) -> found.addAll(unreachable(plan.windows(), "plans." + name)));
        return found;
    }

    /** That next to nothing is reserved for calls of which only the answer can tell what they cost, as a sentence. */
    public Optional<String> tooSmallEstimate() {
        boolean told = cost instanceof LimitCost.AnswerNumber || cost instanceof LimitCost.AnswerHeader;
        return told && estimate == DEFAULT.estimate && mode != PolicyMode.OFF
                ? Optional.of(
                        "estimate: " + estimate + " is all that a call is charged whose answer does not tell its cost"
                                + " (expected: about what a call costs)")
                : Optional.empty();
    }

    private List<String> unreachable(List<Window> of, String key) {
        List<String> found = new ArrayList<>();
        for (Window window : of) {
            long costs = cost.isSettled() ? estimate : 1;
            if (costs > window.quota() || routeCosts.values().stream().anyMatch(each -> each > window.quota())) {
                found.add(key + ": " + window + " admits no call that costs as much as is reserved");
                continue;
            }
            of.stream()
                    .filter(other -> keepsBelow(other, window))
                    .findFirst()
                    .ifPresent(other -> found.add(key + ": " + window + " is never reached: " + other
                            + " admits at most " + most(other, window.period()) + " in that time"));
        }
        return found;
    }

    /** Whether one window never lets another be used up. */
    private boolean keepsBelow(Window one, Window other) {
        return !one.equals(other)
                && (one.period().compareTo(other.period()) < 0
                        ? most(one, other.period()) < other.quota()
                        : kind == WindowKind.ROLLING && one.quota() < other.quota());
    }

    /** How much a window admits in a span. */
    private long most(Window window, Duration span) {
        long turns = -Math.floorDiv(-span.toSeconds(), window.period().toSeconds());
        long counted = kind == WindowKind.ROLLING || turns == 1 ? turns : turns + 1;
        return window.quota() > Long.MAX_VALUE / counted ? Long.MAX_VALUE : window.quota() * counted;
    }

    /** The periods of all windows, of all plans, the shortest first. */
    List<Duration> spans() {
        return List.copyOf(all(windows, plans).map(Window::period).collect(Collectors.toCollection(TreeSet::new)));
    }

    /** How much callers may be charged in any span of a period, whatever their plan: as a window of it says, or another. */
    long highestQuota(Duration period) {
        return Stream.concat(Stream.of(new LimitPlan(windows)), plans.values().stream())
                .mapToLong(plan -> plan.windows().stream()
                        .mapToLong(window ->
                                window.period().compareTo(period) >= 0 ? window.quota() : most(window, period))
                        .min()
                        .orElse(0))
                .max()
                .orElse(0);
    }

    ZoneId zoneId() {
        return zoneId(zone);
    }

    public LimitPolicyOptions withKey(List<LimitKey> key) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    /** Counted by one thing alone. */
    public LimitPolicyOptions withKey(LimitKey key) {
        return withKey(List.of(key));
    }

    public LimitPolicyOptions withWindows(List<Window> windows) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    /**
     * The windows in their notation, and how many calls at once where one says so: {@code 50 per hour; 4 at once}.
     *
     * @throws IllegalArgumentException when one does not follow {@link Window#LIMIT_GRAMMAR}
     */
    public LimitPolicyOptions withLimits(String... texts) {
        List<Window> spans = new ArrayList<>();
        Set<String> calls = new TreeSet<>();
        for (String text : texts) {
            for (String part : text.split(";", -1)) {
                Window.beside(part)
                        .ifPresentOrElse(said -> calls.add(said.getValue()), () -> spans.add(Window.parse(part)));
            }
        }
        if (calls.size() > 1) {
            throw new IllegalArgumentException(
                    "windows: " + String.join(" and ", calls) + " at once (expected: one of the two)");
        }
        LimitPolicyOptions limited = calls.isEmpty()
                ? this
                : withAtOnce(Integer.parseInt(calls.iterator().next()));
        return limited.withWindows(spans);
    }

    public LimitPolicyOptions withKind(WindowKind kind) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withZone(String zone) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withBurst(long burst) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withAtOnce(int atOnce) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withWait(Duration wait_) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withPlanBy(PlanSource planBy) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withPlans(Map<String, LimitPlan> plans) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withCost(LimitCost cost) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withEstimate(long estimate) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withRouteCosts(Map<String, Long> routeCosts) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withGiveBack(Set<GiveBack> giveBack) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withMode(PolicyMode mode) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withRoutes(List<String> routes) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }

    public LimitPolicyOptions withMaxKeys(int maxKeys) {
        return new LimitPolicyOptions(
                key,
                windows,
                kind,
                zone,
                burst,
                atOnce,
                wait_,
                planBy,
                plans,
                cost,
                estimate,
                routeCosts,
                giveBack,
                mode,
                routes,
                maxKeys);
    }
}
