package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Limits in the memory of this process. */
final class LocalRateLimiter implements RateLimiter {

    private final LimitPolicy[] policies;
    private final List<LimitWindow> windows;
    private final int windowCount;
    private final NanoClock clock;
    private final LimitObserver observer;

    LocalRateLimiter(List<LimitPolicy> policies, NanoClock clock, LimitObserver observer) {
        this.policies = policies.toArray(LimitPolicy[]::new);
        this.windows = policies.stream()
                .flatMap(policy -> Stream.of(policy.table().rules()))
                .map(WindowRule::window)
                .toList();
        this.windowCount = windows.size();
        this.clock = clock;
        this.observer = observer;
    }

    @Override
    public List<LimitWindow> windows() {
        return windows;
    }

    @Override
    public LimitDecision tryAcquire(ProxyCall call) {
        Claim claim = null;
        for (int i = policies.length - 1; i >= 0; i--) {
            claim = new Claim(policies[i].table(), policies[i].key(call), claim);
        }
        WindowStatus[] statuses = new WindowStatus[windowCount];
        long wait = claim == null ? 0 : claim.tryCharge(clock, statuses);
        LimitDecision decision = wait == 0
                ? new LimitDecision.Admitted(List.of(statuses), claim == null ? Charge.NONE : claim)
                : new LimitDecision.Refused(List.of(statuses), Duration.ofNanos(wait), empty(statuses));
        tell(decision);
        return decision;
    }

    private static List<LimitWindow> empty(WindowStatus[] statuses) {
        List<LimitWindow> empty = new ArrayList<>(1);
        for (WindowStatus status : statuses) {
            if (status.remaining() == 0) {
                empty.add(status.window());
            }
        }
        return empty;
    }

    private void tell(LimitDecision decision) {
        if (observer == LimitObserver.NONE) {
            return;
        }
        boolean admitted = decision instanceof LimitDecision.Admitted;
        List<LimitWindow> told = decision instanceof LimitDecision.Refused refused ? refused.violated() : windows;
        for (LimitWindow window : told) {
            observer.onDecision(window.name(), admitted);
        }
    }

    /** A route's own policies are left out where the call is on no route. */
    @Override
    public List<WindowStatus> peek(ProxyCall call) {
        List<WindowStatus> statuses = new ArrayList<>(windowCount);
        for (LimitPolicy policy : policies) {
            if (policy.kind() != LimitKey.ROUTE || !call.route().isEmpty()) {
                policy.table().peek(policy.key(call), clock, statuses);
            }
        }
        return List.copyOf(statuses);
    }
}
