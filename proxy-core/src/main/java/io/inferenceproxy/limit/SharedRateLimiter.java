package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits that several proxies share: each decision is one round trip, or none where a slice was taken ahead, and one of our own
 * while nobody answers.
 */
final class SharedRateLimiter implements RateLimiter {

    private final LocalRateLimiter local;
    private final List<RoutePolicy> enforced;
    private final List<RoutePolicy> shadowed;
    private final SharedLimits limits;
    private final LimitObserver observer;
    private final boolean sliced;
    private final boolean waits;
    private final Supplier<Optional<SharedRateLimiter>> successor;

    /**
     * A limiter.
     *
     * @param local one of the same policies, which knows what does not depend on where they are counted
     * @param successor what decides in its place once the policies have been changed
     */
    SharedRateLimiter(
            LocalRateLimiter local,
            List<RoutePolicy> policies,
            SharedLimits limits,
            LimitObserver observer,
            Supplier<Optional<SharedRateLimiter>> successor) {
        this.local = local;
        this.enforced = inMode(PolicyMode.ENFORCE, policies);
        this.shadowed = inMode(PolicyMode.SHADOW, policies);
        this.limits = limits;
        this.observer = observer;
        this.successor = successor;
        this.sliced = limits.options().slice() > 0
                && enforced.stream().allMatch(each -> limits.of(each.policy()).isSliceable());
        this.waits = enforced.stream().anyMatch(each -> each.policy().room().isPresent());
    }

    private static List<RoutePolicy> inMode(PolicyMode mode, List<RoutePolicy> policies) {
        return policies.stream()
                .filter(each -> each.policy().options().mode() == mode)
                .toList();
    }

    @Override
    public List<LimitWindow> windows() {
        return local.windows();
    }

    @Override
    public boolean isChanged() {
        return local.isChanged();
    }

    @Override
    public boolean mindsEnd() {
        return local.mindsEnd();
    }

    @Override
    public List<LimitPolicyOptions> policies() {
        return local.policies();
    }

    @Override
    public List<LimitCost> settledCosts() {
        return local.settledCosts();
    }

    @Override
    public LimitDecision tryAcquire(ProxyCall call, CallContent content) {
        if (isChanged()) {
            return successor.get().orElseThrow().tryAcquire(call, content);
        }
        Claim first = claims(call, content);
        LimitDecision decision = first == null ? LimitDecision.UNLIMITED : decided(call, content, first);
        if (shadowed.isEmpty()) {
            return decision;
        }
        return decision instanceof LimitDecision.Pending pending
                ? new LimitDecision.Pending(pending.decided().thenApply(known -> watched(call, content, known)))
                : watched(call, content, decision);
    }

    /** What the call claims of the policies of now. */
    private @Nullable Claim claims(ProxyCall call, CallContent content) {
        if (isChanged()) {
            return successor.get().orElseThrow().claims(call, content);
        }
        Claim first = null;
        CounterKeys keys = limits.state().keys();
        for (int i = enforced.size() - 1; i >= 0; i--) {
            first = enforced.get(i).claim(call, content, keys, first);
        }
        return first;
    }

    private LimitDecision decided(ProxyCall call, CallContent content, Claim first) {
        if (waits) {
            return new PatientDecision(limits, call, first, () -> claims(call, content), observer).decide();
        }
        return sliced
                ? new SlicedDecision(limits, call, first, observer).decide()
                : new SharedDecision(limits, call, first, observer).ask();
    }

    /** Shows an admitted call to the policies that only watch, each by itself, while they are counted at all. */
    private LimitDecision watched(ProxyCall call, CallContent content, LimitDecision decision) {
        if (!(decision instanceof LimitDecision.Admitted admitted)
                || !limits.state().isUp()) {
            return decision;
        }
        Charge charge = admitted.charge();
        for (RoutePolicy each : shadowed) {
            Claim claim = each.claim(call, content, limits.state().keys(), null);
            if (claim != null) {
                charge = Charge.both(charge, ShadowCharge.of(limits, claim, observer));
            }
        }
        return new LimitDecision.Admitted(admitted.statuses(), charge);
    }

    /**
     * Asks the others only where windows were used up when they were last seen, since meanwhile something may have come back:
     * who is refused is refused by what holds now. What slices hold here is left to calls that it is not known yet whether they
     * may draw on them, so with slices nothing is foreseen.
     */
    @Override
    public LimitDecision foresee(ProxyCall call) {
        if (isChanged()) {
            return successor.get().orElseThrow().foresee(call);
        }
        if (sliced || !limits.state().isUp()) {
            return LimitDecision.UNLIMITED;
        }
        Claim first = null;
        boolean usedUp = false;
        long now = limits.clock().now();
        for (int i = enforced.size() - 1; i >= 0; i--) {
            RoutePolicy each = enforced.get(i);
            if (each.policy().isForesighted()) {
                Claim claim =
                        each.claim(call, CallContent.UNKNOWN, limits.state().keys(), first);
                usedUp |= claim != first
                        && claim != null
                        && limits.of(each.policy()).seemsUsedUp(claim, now);
                first = claim;
            }
        }
        return first == null || !usedUp ? LimitDecision.UNLIMITED : asked(call, first);
    }

    private LimitDecision asked(ProxyCall call, Claim first) {
        long begun = limits.ticker().nanoTime();
        return new LimitDecision.Pending(SharedLook.at(limits, call, first).thenApply(answer -> {
            if (answer.isEmpty()) {
                return LimitDecision.UNLIMITED; // then what holds without the others is decided later
            }
            limits.decided(begun);
            List<WindowStatus> statuses = SharedDecision.statuses(limits, first, answer.get());
            LimitDecision.Refused refused = SharedDecision.refused(limits, first, answer.get(), statuses);
            if (refused.violated().isEmpty()) {
                return LimitDecision.UNLIMITED;
            }
            refused.violated().forEach(each -> observer.onDecision(each.name(), LimitOutcome.REFUSED));
            return new LimitDecision.Refused(peek(call), refused.retryAfter(), refused.violated());
        }));
    }

    /** As the windows were last seen here, which may be long ago. */
    @Override
    public List<WindowStatus> peek(ProxyCall call, CallContent content) {
        List<WindowStatus> statuses = new ArrayList<>();
        long now = limits.clock().now();
        Claim first = told(call, content);
        for (Claim each = first; each != null; each = each.next()) {
            limits.of(each.policy()).peek(each.key(), each.quotas(), now, statuses);
        }
        return List.copyOf(withSlice(first, statuses));
    }

    /** As they stand now, if somebody answers in time. */
    @Override
    public CompletionStage<List<WindowStatus>> look(ProxyCall call) {
        Claim first = told(call, CallContent.UNKNOWN);
        if (first == null || !limits.state().isUp()) {
            return CompletableFuture.completedFuture(peek(call));
        }
        return SharedLook.at(limits, call, first)
                .thenApply(answer -> answer.isPresent()
                        ? withSlice(first, SharedDecision.statuses(limits, first, answer.get()))
                        : peek(call));
    }

    /** What was taken ahead here is left to the caller, though it is charged there. */
    private List<WindowStatus> withSlice(@Nullable Claim first, List<WindowStatus> statuses) {
        return sliced && first != null ? limits.slices().withOwn(first, statuses) : statuses;
    }

    /** What can be told of with what is known of the call. */
    private @Nullable Claim told(ProxyCall call, CallContent content) {
        Claim first = null;
        for (int i = enforced.size() - 1; i >= 0; i--) {
            RoutePolicy each = enforced.get(i);
            boolean elsewhere = each.offRoute() && each.policy().isByRoute();
            boolean unknown = content == CallContent.UNKNOWN && each.policy().isByModel();
            if (!elsewhere && !unknown) {
                first = each.claim(call, content, limits.state().keys(), first);
            }
        }
        return first;
    }
}
