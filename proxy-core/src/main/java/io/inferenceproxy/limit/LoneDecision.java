package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.LimitDecision.Refused;
import io.inferenceproxy.limit.LimitDecision.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The decision about one call while shared counters do not answer, as {@link RedisOptions.OnFailure} says. */
final class LoneDecision {

    private static final String FIELD = "X-RateLimit-Degraded";
    private static final long SECOND = 1_000_000_000L;

    private final SharedLimits limits;
    private final ProxyCall call;
    private final Claim first;
    private final LimitObserver observer;
    private final List<WindowStatus> statuses = new ArrayList<>();
    private final List<LimitWindow> violated = new ArrayList<>();
    private final List<LonePlace> places = new ArrayList<>();

    LoneDecision(SharedLimits limits, ProxyCall call, Claim first, LimitObserver observer) {
        this.limits = limits;
        this.call = call;
        this.first = first;
        this.observer = observer;
    }

    /** The decision, which the answer to the call tells of. */
    LimitDecision decide() {
        tell(limits, call);
        return decideUntold();
    }

    /** Has the answer to the call tell by which rule it was decided. */
    static void tell(SharedLimits limits, ProxyCall call) {
        Headers told = Headers.of(FIELD, limits.options().onFailure().name().toLowerCase(Locale.ROOT));
        call.onAnswer(answer -> answer.withHeaders(answer.headers().overlaidWith(told)));
    }

    /** The decision, which may not be the last one about the call. */
    LimitDecision decideUntold() {
        return switch (limits.options().onFailure()) {
            case SHARE -> share();
            case OPEN -> LimitDecision.UNLIMITED;
            case CLOSED -> new Unavailable(Duration.ofSeconds(1));
        };
    }

    private LimitDecision share() {
        enter();
        Claim chain = chain(first);
        long wait = violated.isEmpty() ? 0 : SECOND;
        int count = 0;
        for (Claim each = chain; each != null; each = each.next()) {
            count += each.quotas().size();
        }
        WindowStatus[] timed = new WindowStatus[count];
        boolean[] refusing = new boolean[count];
        if (violated.isEmpty() && chain != null) {
            wait = chain.tryCharge(limits.clock(), timed);
            if (wait > 0) {
                refuse(chain, timed, refusing);
            }
        } else {
            peek(chain, timed);
        }
        tell(timed, refusing);
        if (wait > 0) {
            places.forEach(each -> each.leave(limits, false));
            violated.forEach(each -> observer.onDecision(each.name(), LimitOutcome.REFUSED));
            return new Refused(
                    statuses, Duration.ofNanos(wait == Counter.NEVER ? untilUnknown(refusing) : wait), violated);
        }
        statuses.forEach(each -> observer.onDecision(each.window().name(), LimitOutcome.ADMITTED));
        LoneCharge charge = new LoneCharge(limits, first, chain, places);
        charge.tellIfLate();
        return new Admitted(statuses, charge);
    }

    /** Notes which windows have less left than their claims ask for. */
    private static void refuse(@Nullable Claim chain, WindowStatus[] timed, boolean[] refusing) {
        int next = 0;
        for (Claim each = chain; each != null; each = each.next()) {
            for (int i = 0; i < each.quotas().size(); i++, next++) {
                refusing[next] = timed[next].remaining() < each.amount();
            }
        }
    }

    /** Counts the call among those under way; what refuses it is then violated. */
    private void enter() {
        for (Claim each = first; each != null; each = each.next()) {
            if (each.policy().isHeld()) {
                int told = limits.of(each.policy()).held().tryEnter(each.key(), part(each));
                if (told == HeldCalls.FULL) {
                    violated.add(each.quotas().window(0));
                } else {
                    places.add(new LonePlace(each, told));
                }
            }
        }
    }

    private long part(Claim held) {
        return Math.max(1, held.quotas().byPlace()[0] / limits.state().replicas());
    }

    /** The claims on our own counters, with our part of what was left. */
    private @Nullable Claim chain(@Nullable Claim claim) {
        if (claim == null) {
            return null;
        }
        Claim next = chain(claim.next());
        if (claim.policy().isHeld()) {
            return next;
        }
        SharedPolicy policy = limits.of(claim.policy());
        long[] parts = policy.parts(
                claim.key(),
                claim.quotas().byPlace(),
                limits.state().replicas(),
                limits.clock().now());
        return new Claim(policy.fallback(), claim.key(), claim.quotas().withByPlace(parts), claim.amount(), next);
    }

    private void peek(@Nullable Claim chain, WindowStatus[] timed) {
        List<WindowStatus> seen = new ArrayList<>(timed.length);
        for (Claim each = chain; each != null; each = each.next()) {
            each.policy().table().peek(each.key(), each.quotas(), limits.clock(), seen);
        }
        seen.toArray(timed);
    }

    /** All windows in the order of the policies, and which of them refuse. */
    private void tell(WindowStatus[] timed, boolean[] refusing) {
        int next = 0;
        for (Claim each = first; each != null; each = each.next()) {
            if (each.policy().isHeld()) {
                int count = limits.of(each.policy()).held().count(each.key());
                statuses.add(
                        new WindowStatus(each.quotas().window(0), Math.max(0, part(each) - count), count == 0 ? 0 : 1));
                continue;
            }
            for (int i = 0; i < each.quotas().size(); i++, next++) {
                statuses.add(timed[next]);
                if (refusing[next]) {
                    violated.add(each.quotas().window(i));
                }
            }
        }
    }

    /** Our part can be too small for ever, but then it is not ours for ever. */
    private long untilUnknown(boolean[] refusing) {
        long longest = SECOND;
        int next = 0;
        for (Claim each = first; each != null; each = each.next()) {
            for (int i = 0; !each.policy().isHeld() && i < each.quotas().size(); i++, next++) {
                if (refusing[next]) {
                    longest = each.amount() > each.quotas().window(i).quota()
                            ? Counter.NEVER
                            : Math.max(
                                    longest,
                                    limits.of(each.policy())
                                            .nanosUntilUnknown(
                                                    each.key(),
                                                    each.quotas().place(i),
                                                    limits.clock().now()));
                }
            }
        }
        return longest;
    }
}
