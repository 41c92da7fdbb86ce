package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy as it holds on a route.
 *
 * @param requestCost what a call costs where calls are counted
 * @param offRoute whether it holds on none: then nothing is told of routes
 */
record RoutePolicy(LimitPolicy policy, long requestCost, boolean offRoute) {

    /** The claim of a call, before that of other policies; the other where the caller has no limit here. */
    @Nullable
    Claim claim(ProxyCall call, CallContent content, CounterKeys keys, @Nullable Claim next) {
        Quotas quotas = policy.quotas(call);
        return quotas.size() == 0
                ? next
                : new Claim(policy, key(call, content, keys), quotas, amount(call, content), next);
    }

    private CounterKey key(ProxyCall call, CallContent content, CounterKeys keys) {
        List<LimitKey> tuple = policy.options().key();
        return keys.of(tuple, call, policy.isByModel() ? model(tuple, content) : "");
    }

    private static String model(List<LimitKey> tuple, CallContent content) {
        for (LimitKey key : tuple) {
            if (key.readsContent()) {
                return content.text(key.name());
            }
        }
        return "";
    }

    private long amount(ProxyCall call, CallContent content) {
        LimitCost cost = policy.options().cost();
        if (policy.isHeld() || cost instanceof LimitCost.Requests) {
            return policy.isHeld() ? 1 : requestCost;
        }
        if (cost instanceof LimitCost.BodyBytes) {
            return Math.max(
                    1, call.request().body().length().orElse(policy.options().estimate()));
        }
        return cost instanceof LimitCost.Items items
                ? Math.max(1, content.items(items.pointer()))
                : policy.options().estimate();
    }

    void peek(ProxyCall call, CallContent content, CounterKeys keys, LimitClock clock, List<WindowStatus> statuses) {
        boolean elsewhere = offRoute && policy.isByRoute();
        boolean unknown = content == CallContent.UNKNOWN && policy.isByModel();
        if (!elsewhere && !unknown) {
            policy.table().peek(key(call, content, keys), policy.quotas(call), clock, statuses);
        }
    }
}
