package io.inferenceproxy.limit;

import io.github.bucket4j.BucketState;
import io.inferenceproxy.call.ProxyCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits in memory. The counters of a call are locked one within the other, always in the order of the policies, so
 * they are read and charged as one and no two calls can wait for each other.
 */
final class BucketRateLimiter implements RateLimiter {

    private final List<LimitPolicy> policies;
    private final List<LimitWindow> windows;
    private final NanoClock clock;
    private final LimitObserver observer;

    BucketRateLimiter(List<LimitPolicy> policies, NanoClock clock, LimitObserver observer) {
        this.policies = List.copyOf(policies);
        this.windows = policies.stream()
                .flatMap(policy -> policy.table().rules().stream())
                .map(WindowRule::window)
                .toList();
        this.clock = clock;
        this.observer = observer;
    }

    @Override
    public List<LimitWindow> windows() {
        return windows;
    }

    @Override
    public LimitDecision tryAcquire(ProxyCall call) {
        LimitDecision decision = null;
        while (decision == null) {
            decision = decision(counters(call), 0);
        }
        tell(decision);
        return decision;
    }

    private Counter[] counters(ProxyCall call) {
        long now = clock.now();
        Counter[] counters = new Counter[policies.size()];
        for (int i = 0; i < counters.length; i++) {
            LimitPolicy policy = policies.get(i);
            counters[i] = policy.table().counter(policy.key(call), now);
        }
        return counters;
    }

    /** Decides once all counters are locked; null when one was evicted before, so that they must be looked up again. */
    private @Nullable LimitDecision decision(Counter[] counters, int locked) {
        if (locked == counters.length) {
            return decision(counters);
        }
        synchronized (counters[locked]) {
            return counters[locked].isEvicted() ? null : decision(counters, locked + 1);
        }
    }

    private LimitDecision decision(Counter[] counters) {
        long now = clock.now();
        long wait = 0;
        for (Counter counter : counters) {
            counter.refresh(now);
            wait = Math.max(wait, counter.waitNanos(now));
        }
        BucketState[][] charged = new BucketState[counters.length][];
        if (wait == 0) {
            for (int i = 0; i < counters.length; i++) {
                charged[i] = counters[i].charge(now);
            }
        }
        List<WindowStatus> statuses = new ArrayList<>(windows.size());
        List<LimitWindow> empty = new ArrayList<>(1);
        for (Counter counter : counters) {
            counter.addStatuses(now, statuses, empty);
        }
        return wait == 0
                ? new LimitDecision.Admitted(statuses, new BucketCharge(counters, charged))
                : new LimitDecision.Refused(statuses, Duration.ofNanos(wait), empty);
    }

    private void tell(LimitDecision decision) {
        if (observer == LimitObserver.NONE) {
            return;
        }
        boolean admitted = decision instanceof LimitDecision.Admitted;
        List<LimitWindow> told = decision instanceof LimitDecision.Refused refused ? refused.violated() : windows;
        told.forEach(window -> observer.onDecision(window.name(), admitted));
    }

    /** A route's own policies are left out where the call is on no route. */
    @Override
    public List<WindowStatus> peek(ProxyCall call) {
        long now = clock.now();
        List<WindowStatus> statuses = new ArrayList<>(windows.size());
        for (LimitPolicy policy : policies) {
            if (policy.kind() == LimitKey.ROUTE && call.route().isEmpty()) {
                continue;
            }
            Counter counter = policy.table().find(policy.key(call));
            if (counter == null) {
                policy.table().rules().forEach(rule -> statuses.add(rule.fullStatus()));
                continue;
            }
            synchronized (counter) {
                counter.refresh(now);
                counter.addStatuses(now, statuses, new ArrayList<>());
            }
        }
        return List.copyOf(statuses);
    }
}
