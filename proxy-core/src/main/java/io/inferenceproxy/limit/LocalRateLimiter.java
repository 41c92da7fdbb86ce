package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Limits in the memory of this process. */
final class LocalRateLimiter implements RateLimiter {

    private static final WindowStatus[] UNTOLD = {};
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final RoutePolicy[] enforced;
    private final RoutePolicy[] shadowed;
    private final List<LimitWindow> windows;
    private final boolean waits;
    private final CounterKeys keys;
    private final LimitClock clock;
    private final LimitObserver observer;
    private final BooleanSupplier changed;
    private final Supplier<Optional<LocalRateLimiter>> successor;

    /**
     * A limiter.
     *
     * @param changed whether the policies have been changed
     * @param successor what decides in its place once the policies have been changed
     */
    LocalRateLimiter(
            List<RoutePolicy> policies,
            CounterKeys keys,
            LimitClock clock,
            LimitObserver observer,
            BooleanSupplier changed,
            Supplier<Optional<LocalRateLimiter>> successor) {
        this.enforced = inMode(PolicyMode.ENFORCE, policies);
        this.shadowed = inMode(PolicyMode.SHADOW, policies);
        this.windows = Arrays.stream(enforced)
                .flatMap(each -> each.policy().windows().stream())
                .toList();
        this.waits =
                Arrays.stream(enforced).anyMatch(each -> each.policy().room().isPresent());
        this.keys = keys;
        this.clock = clock;
        this.observer = observer;
        this.changed = changed;
        this.successor = successor;
    }

    private static RoutePolicy[] inMode(PolicyMode mode, List<RoutePolicy> policies) {
        return policies.stream()
                .filter(each -> each.policy().options().mode() == mode)
                .toArray(RoutePolicy[]::new);
    }

    @Override
    public List<LimitWindow> windows() {
        return windows;
    }

    private Stream<RoutePolicy> all() {
        return Stream.concat(Arrays.stream(enforced), Arrays.stream(shadowed));
    }

    @Override
    public boolean isChanged() {
        return changed.getAsBoolean();
    }

    @Override
    public boolean mindsEnd() {
        return isChanged()
                || all().anyMatch(each -> each.policy().isHeld()
                        || each.policy().options().giveBack().contains(GiveBack.CANCELLED));
    }

    @Override
    public List<LimitPolicyOptions> policies() {
        return all().map(each -> each.policy().options()).toList();
    }

    @Override
    public List<LimitCost> settledCosts() {
        Stream<LimitCost> own = all().filter(each -> each.policy().isSettled())
                .map(each -> each.policy().options().cost());
        Stream<LimitCost> later =
                isChanged() ? successor.get().stream().flatMap(next -> next.settledCosts().stream()) : Stream.empty();
        return Stream.concat(own, later).distinct().toList();
    }

    @Override
    public LimitDecision tryAcquire(ProxyCall call, CallContent content) {
        return decided(call, content, Optional.empty());
    }

    /**
     * Decides.
     *
     * @param left the room in which the call is the first of those who wait
     */
    private LimitDecision decided(ProxyCall call, CallContent content, Optional<WaitingRoom> left) {
        Claim first = null;
        int count = 0;
        for (int i = enforced.length - 1; i >= 0; i--) {
            Claim claim = enforced[i].claim(call, content, keys, first);
            count += claim == first || claim == null ? 0 : claim.quotas().size();
            first = claim;
        }
        if (first == null) {
            return watched(call, content, LimitDecision.UNLIMITED);
        }
        Claim occupied = waits && left.isEmpty() ? behindOthers(first) : null;
        if (occupied != null && hasQuota(call, content)) {
            return waiting(call, content, occupied);
        }
        WindowStatus[] statuses = new WindowStatus[count];
        long wait = first.tryCharge(clock, statuses);
        if (wait == Claim.LEFT) {
            return successor.get().orElseThrow().decided(call, content, left);
        }
        List<WindowStatus> told = List.of(statuses);
        if (wait > 0) {
            List<LimitWindow> refusing = refusing(first, statuses);
            Claim full = waits ? full(first, refusing, left) : null;
            if (full != null) {
                return waiting(call, content, full);
            }
            if (left.isEmpty() || !isForPlacesAlone(refusing)) {
                tell(refusing, LimitOutcome.REFUSED);
            }
            return new LimitDecision.Refused(told, Duration.ofNanos(wait), refusing);
        }
        if (observer != LimitObserver.NONE) {
            for (WindowStatus status : statuses) {
                observer.onDecision(status.window().name(), LimitOutcome.ADMITTED);
            }
        }
        return watched(call, content, new LimitDecision.Admitted(told, new Charged(first, clock)));
    }

    @Override
    public LimitDecision foresee(ProxyCall call) {
        Claim first = null;
        int count = 0;
        for (int i = enforced.length - 1; i >= 0; i--) {
            if (enforced[i].policy().isForesighted()) {
                Claim claim = enforced[i].claim(call, CallContent.UNKNOWN, keys, first);
                count += claim == first || claim == null ? 0 : claim.quotas().size();
                first = claim;
            }
        }
        long wait = first == null ? 0 : first.foresee(clock, UNTOLD);
        if (first == null || wait == 0) {
            return LimitDecision.UNLIMITED;
        }
        WindowStatus[] statuses = new WindowStatus[count];
        wait = wait == Claim.LEFT ? wait : first.foresee(clock, statuses);
        if (wait == Claim.LEFT) {
            return successor.get().orElseThrow().foresee(call);
        }
        if (wait == 0) {
            return LimitDecision.UNLIMITED; // something has come back this instant
        }
        List<LimitWindow> refusing = refusing(first, statuses);
        tell(refusing, LimitOutcome.REFUSED);
        return new LimitDecision.Refused(peek(call), Duration.ofNanos(wait), refusing);
    }

    /** The claim whose turn others wait for already, if there is one. */
    static @Nullable Claim behindOthers(Claim first) {
        for (Claim each = first; each != null; each = each.next()) {
            Optional<WaitingRoom> room = each.policy().room();
            if (room.isPresent() && room.get().isOccupied(each.key())) {
                return each;
            }
        }
        return null;
    }

    /** Whether waiting for a turn is of use, since no window with a period is used up. */
    private boolean hasQuota(ProxyCall call, CallContent content) {
        for (WindowStatus status : peek(call, content)) {
            if (status.window().seconds() > 0 && status.remaining() == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The claim for whose turn a call has to wait that is refused for nothing but calls under way; none where it waits for it
     * already, or the policies do not have it wait.
     */
    static @Nullable Claim full(Claim first, List<LimitWindow> refusing, Optional<WaitingRoom> left) {
        Claim full = null;
        for (Claim each = first; each != null && isForPlacesAlone(refusing); each = each.next()) {
            Optional<WaitingRoom> room = each.policy().room();
            if (room.isPresent() && refusing.contains(each.quotas().window(0))) {
                if (room.equals(left)) {
                    return null;
                }
                full = full == null ? each : full;
            }
        }
        return full;
    }

    static boolean isForPlacesAlone(List<LimitWindow> refusing) {
        for (LimitWindow window : refusing) {
            if (window.seconds() > 0) {
                return false;
            }
        }
        return true;
    }

    private LimitDecision waiting(ProxyCall call, CallContent content, Claim full) {
        LimitWindow window = full.quotas().window(0);
        return full.policy()
                .room()
                .orElseThrow()
                .queue(
                        call,
                        full.key(),
                        window,
                        () -> tooLate(call, content, window),
                        () -> decided(call, content, full.policy().room()));
    }

    private LimitDecision.Refused tooLate(ProxyCall call, CallContent content, LimitWindow window) {
        tell(List.of(window), LimitOutcome.REFUSED);
        return new LimitDecision.Refused(peek(call, content), A_SECOND, List.of(window));
    }

    /** Shows an admitted call to the policies that only watch, each by itself: what one would have refused is no affair of another. */
    private LimitDecision watched(ProxyCall call, CallContent content, LimitDecision decision) {
        if (shadowed.length == 0 || !(decision instanceof LimitDecision.Admitted admitted)) {
            return decision;
        }
        Charge charge = admitted.charge();
        for (RoutePolicy each : shadowed) {
            Claim claim = each.claim(call, content, keys, null);
            if (claim != null) {
                WindowStatus[] statuses = new WindowStatus[claim.quotas().size()];
                long wait = claim.tryCharge(clock, statuses);
                if (wait > 0) {
                    tell(refusing(claim, statuses), LimitOutcome.SHADOW_REFUSED);
                } else if (wait == 0) { // else the policy has just been changed, and has not seen this one call
                    tell(claim.quotas().windows(), LimitOutcome.SHADOW_ADMITTED);
                    charge = Charge.both(charge, new Charged(claim, clock));
                }
            }
        }
        return new LimitDecision.Admitted(admitted.statuses(), charge);
    }

    /** The windows that have less left than their claims ask for. */
    private static List<LimitWindow> refusing(Claim first, WindowStatus[] statuses) {
        List<LimitWindow> refusing = new ArrayList<>(1);
        int i = 0;
        for (Claim each = first; each != null; each = each.next()) {
            for (int end = i + each.quotas().size(); i < end; i++) {
                if (statuses[i].remaining() < each.amount()) {
                    refusing.add(statuses[i].window());
                }
            }
        }
        return refusing;
    }

    private void tell(List<LimitWindow> windows, LimitOutcome outcome) {
        if (observer != LimitObserver.NONE) {
            for (LimitWindow window : windows) {
                observer.onDecision(window.name(), outcome);
            }
        }
    }

    /** Policies of a route, or of a model, are left out where the call is on no route. Those that have been changed tell of now. */
    @Override
    public List<WindowStatus> peek(ProxyCall call, CallContent content) {
        List<WindowStatus> statuses = new ArrayList<>(windows.size());
        for (RoutePolicy each : enforced) {
            each.peek(call, content, keys, clock, statuses);
        }
        return isChanged() ? successor.get().orElseThrow().peek(call, content) : List.copyOf(statuses);
    }
}
