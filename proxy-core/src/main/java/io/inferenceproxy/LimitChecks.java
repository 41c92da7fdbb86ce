package io.inferenceproxy;

import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.PolicyMode;
import io.inferenceproxy.limit.UnreachableWindows;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is wrong, or strange, with limit policies beside the routes that there are. */
final class LimitChecks {

    private LimitChecks() {}

    /**
     * Looks at the routes that policies name.
     *
     * @throws IllegalArgumentException when there is no such route
     */
    static void require(ProxyOptions options) {
        Set<String> routes = options.servedRoutes().keySet();
        options.limits().forEach((name, policy) -> {
            require(name + ".routes", policy.routes(), routes);
            require(name + ".route-costs", new TreeSet<>(policy.routeCosts().keySet()), routes);
            boolean applies = options.servedRoutes().entrySet().stream()
                    .anyMatch(route -> applies(name, policy, route.getKey(), route.getValue()));
            if (!applies && policy.mode() != PolicyMode.OFF && !name.equals(ProxyServerBuilder.DEFAULT_POLICY)) {
                throw new IllegalArgumentException("limits." + name + ": holds on no route (expected: one that takes it"
                        + (policy.readsContent() ? ", with body json)" : ")"));
            }
        });
    }

    private static boolean applies(String name, LimitPolicyOptions policy, String routeName, RouteOptions route) {
        return route.limits().map(named -> named.contains(name)).orElse(true)
                && (policy.routes().isEmpty() || policy.routes().contains(routeName))
                && (route.body() == BodyRule.JSON || !policy.readsContent());
    }

    private static void require(String key, Iterable<String> named, Set<String> routes) {
        for (String route : named) {
            if (!routes.contains(route)) {
                throw new IllegalArgumentException(
                        "limits." + key + ": " + route + " (expected: one of " + String.join(", ", routes) + ")");
            }
        }
    }

    /** Windows that can never refuse a call, and what else is hardly meant so, by the key of the policy. */
    static Map<String, List<String>> strange(ProxyOptions options) {
        Map<String, Set<String>> routes = new LinkedHashMap<>();
        options.limits().forEach((name, policy) -> {
            Set<String> held = new TreeSet<>();
            options.servedRoutes().forEach((routeName, route) -> {
                if (applies(name, policy, routeName, route)) {
                    held.add(routeName);
                }
            });
            routes.put(name, held);
        });
        UnreachableWindows others = new UnreachableWindows(options.limits(), routes);
        Map<String, List<String>> strange = new LinkedHashMap<>();
        options.limits().forEach((name, policy) -> {
            List<String> found = new ArrayList<>(policy.unreachable());
            found.addAll(others.of(name));
            policy.tooSmallEstimate().ifPresent(found::add);
            if (!found.isEmpty()) {
                strange.put("limits." + name, found);
            }
        });
        return strange;
    }
}
