package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.limit.LimitCost;
import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.PolicyMode;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The policies that a log is played through, as far as a log tells what they ask for.
 *
 * @param policies by name, all enforced
 * @param routes what is known of the routes; those of others are under all policies
 * @param notes what cannot be as it would be, each a sentence
 */
public record SimulatedLimits(
        Map<String, LimitPolicyOptions> policies, Map<String, RouteOptions> routes, List<String> notes) {

    /** One policy on all routes. */
    public static SimulatedLimits of(String name, LimitPolicyOptions policy) {
        return new SimulatedLimits(Map.of(name, policy), Map.of(), List.of());
    }

    /**
     * The enforced ones of a configuration.
     *
     * @param only the one that is wanted, whatever its mode; empty for all
     */
    public static SimulatedLimits of(ProxyOptions options, String only) {
        Map<String, LimitPolicyOptions> policies = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        options.limits().forEach((name, policy) -> {
            boolean wanted = only.isEmpty() ? policy.mode() == PolicyMode.ENFORCE : name.equals(only);
            if (wanted && isTold(name, policy, notes)) {
                policies.put(name, policy.withMode(PolicyMode.ENFORCE).withWait(Duration.ZERO));
            }
        });
        return new SimulatedLimits(policies, options.servedRoutes(), notes);
    }

    /** Whether the log tells what the policy counts by; notes what is counted otherwise. */
    private static boolean isTold(String name, LimitPolicyOptions policy, List<String> notes) {
        for (LimitKey key : policy.key()) {
            switch (key.kind()) {
                case ROLE, CLAIM, MODEL -> {
                    notes.add(name + " is left out: it counts by " + key + ", which the log does not tell");
                    return false;
                }
                case API_KEY -> notes.add(name + " counts by user here: the log does not tell the API key");
                default -> {}
            }
        }
        if (policy.readsContent()) {
            notes.add(name + " is left out: it costs " + policy.cost() + ", which the log does not tell");
            return false;
        }
        if (policy.cost().isSettled() && !(policy.cost() instanceof LimitCost.BodyBytes)) {
            notes.add(name + " counts each call as " + policy.estimate() + ": the log does not tell " + policy.cost());
        }
        if (!policy.plans().isEmpty()) {
            notes.add(name + " is as for callers without a plan: the log does not tell who has one");
        }
        if (!policy.wait_().isZero()) {
            notes.add(name + " refuses at once here: nobody waits for a turn");
        }
        return true;
    }

    /** The policies that hold on a route. */
    Collection<String> namesOn(String route) {
        RouteOptions known = routes.get(route);
        return known == null
                ? policies.keySet()
                : known.limits().orElse(List.copyOf(policies.keySet())).stream()
                        .filter(policies::containsKey)
                        .toList();
    }

    /** Whether it came as far as the limits: without a caller only where none is asked for. */
    boolean isCharged(LoggedCall call) {
        RouteOptions known = routes.get(call.route());
        return known == null
                || known.auth() == RouteAccess.NONE
                || !call.subject().isEmpty();
    }

    boolean countsCallsUnderWay() {
        return policies.values().stream().anyMatch(policy -> policy.atOnce() > 0);
    }
}
