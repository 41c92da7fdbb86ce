package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Windows of a policy that can never refuse a call, since another policy admits less in the same time. Only what is certain is
 * told, as far as callers are counted apart at all ({@code max-keys}): the other policy holds wherever this one does and for
 * everybody, counts together whatever this one does, each call costs as much there, and nothing comes back there alone.
 */
public final class UnreachableWindows {

    private static final long HOUR = 3_600;
    private static final long DAY = 24 * HOUR;
    private static final long LONGEST_MONTH = 31 * DAY;

    /** By how much clocks are set at most, so that a day has so many seconds more or less. */
    private static final long SET_CLOCKS = 2 * HOUR;

    /** How many turns more, some of them cut short, may lie in a time where clocks are set. */
    private static final int CUT_TURNS = 4;

    private final Map<String, LimitPolicyOptions> policies;
    private final Map<String, Set<String>> routes;

    /**
     * Looks at policies.
     *
     * @param routes those that each policy holds on, by its name
     */
    public UnreachableWindows(Map<String, LimitPolicyOptions> policies, Map<String, Set<String>> routes) {
        this.policies = policies;
        this.routes = routes;
    }

    /** Those of one policy, each as a sentence. */
    public List<String> of(String name) {
        List<String> found = new ArrayList<>();
        LimitPolicyOptions policy = policies.get(name);
        if (policy == null || policy.mode() != PolicyMode.ENFORCE) {
            return found;
        }
        policies.forEach((otherName, other) -> {
            if (!otherName.equals(name) && holdsWith(other, otherName, policy, name)) {
                String where = " of limits." + otherName;
                if (other.atOnce() > 0 && other.atOnce() < policy.atOnce()) {
                    found.add("at-once: " + policy.atOnce() + " is never reached: " + other.atOnce() + " at once"
                            + where + " is fewer");
                }
                if (chargesNoLess(other, policy, name)) {
                    found.addAll(below(policy.windows(), "windows", policy, other, where));
                    policy.plans()
                            .forEach((plan, each) ->
                                    found.addAll(below(each.windows(), "plans." + plan, policy, other, where)));
                }
            }
        });
        return found;
    }

    /** Whether the other decides about each call with this policy, and counts those together that this one does. */
    private boolean holdsWith(LimitPolicyOptions other, String otherName, LimitPolicyOptions policy, String name) {
        Set<String> held = routes.getOrDefault(name, Set.of());
        return other.mode() == PolicyMode.ENFORCE
                && !held.isEmpty()
                && routes.getOrDefault(otherName, Set.of()).containsAll(held)
                && (policy.readsContent() || !other.readsContent())
                && isCoarser(other.key(), policy.key(), held.size() == 1);
    }

    /** Whether calls of the same key have the same other key, too. */
    private static boolean isCoarser(List<LimitKey> other, List<LimitKey> key, boolean oneRoute) {
        return other.stream()
                        .allMatch(each -> each.equals(LimitKey.GLOBAL)
                                || oneRoute && each.equals(LimitKey.ROUTE)
                                || key.contains(each))
                && (other.stream().noneMatch(LimitKey::readsContent)
                        || models(other).equals(models(key)));
    }

    private static List<LimitKey> models(List<LimitKey> key) {
        return key.stream().filter(LimitKey::readsContent).toList();
    }

    /** Whether what a call is charged there is no less, and is given back only where it is here, too; for everybody. */
    private boolean chargesNoLess(LimitPolicyOptions other, LimitPolicyOptions policy, String name) {
        return other.plans().isEmpty()
                && other.cost().equals(policy.cost())
                && (!policy.cost().isSettled() || other.estimate() == policy.estimate())
                && policy.giveBack().containsAll(other.giveBack())
                && routes.getOrDefault(name, Set.of()).stream()
                        .allMatch(route -> other.routeCosts().getOrDefault(route, 1L)
                                >= policy.routeCosts().getOrDefault(route, 1L));
    }

    private static List<String> below(
            List<Window> windows, String key, LimitPolicyOptions policy, LimitPolicyOptions other, String where) {
        List<String> found = new ArrayList<>();
        for (Window window : windows) {
            for (Window stricter : other.windows()) {
                Optional<Long> most = most(stricter, other, window, policy).filter(each -> each < window.quota());
                if (most.isPresent()) {
                    found.add(key + ": " + window + " is never reached: " + stricter + where + " admits at most "
                            + most.get() + " in that time");
                    break;
                }
            }
        }
        return found;
    }

    /** How much a window admits of what another one counts at a time; empty where that is not certain. */
    private static Optional<Long> most(
            Window stricter, LimitPolicyOptions by, Window window, LimitPolicyOptions policy) {
        if (policy.kind() == WindowKind.SMOOTH || by.kind() == WindowKind.SMOOTH) {
            return Optional.empty();
        }
        if (isSameSpan(stricter, by, window, policy)) {
            return Optional.of(stricter.quota());
        }
        long period = stricter.period().toSeconds();
        long turns = -Math.floorDiv(-counted(window, policy), period);
        if (by.kind() == WindowKind.FIXED) {
            if (DAY % period != 0) {
                return Optional.empty();
            }
            turns += 1 + (isClockSet(by) ? CUT_TURNS : 0);
        }
        if (turns > 1 && by.cost().isSettled()) {
            return Optional.empty(); // what calls cost beyond their estimates is over the quota in each of them
        }
        return stricter.quota() > Long.MAX_VALUE / turns ? Optional.empty() : Optional.of(stricter.quota() * turns);
    }

    /** Whether both let go of a charge at the same time: the same turns, or times that are rounded alike. */
    private static boolean isSameSpan(
            Window stricter, LimitPolicyOptions by, Window window, LimitPolicyOptions policy) {
        if (by.kind() != policy.kind() || !stricter.period().equals(window.period())) {
            return false;
        }
        return by.kind() == WindowKind.FIXED
                ? by.zone().equals(policy.zone())
                : isExact(policy) || by.highestQuota(stricter.period()) > RollingCounter.EXACT;
    }

    /** Whether a policy counts each charge no longer than the period. */
    private static boolean isExact(LimitPolicyOptions policy) {
        return policy.spans().stream().allMatch(span -> policy.highestQuota(span) <= RollingCounter.EXACT);
    }

    /** The longest time, in seconds, whose charges a window counts together. */
    private static long counted(Window window, LimitPolicyOptions policy) {
        Duration period = window.period();
        long seconds = period.toSeconds();
        if (policy.kind() == WindowKind.ROLLING) {
            return isExact(policy) ? seconds : seconds + seconds / RollingCounter.EXACT + 1;
        }
        long month = Window.MONTH.toSeconds();
        long longest = seconds % month == 0 ? seconds / month * LONGEST_MONTH : seconds;
        return longest < DAY || !isClockSet(policy) ? longest : longest + SET_CLOCKS;
    }

    private static boolean isClockSet(LimitPolicyOptions policy) {
        return !policy.zoneId().getRules().isFixedOffset();
    }
}
