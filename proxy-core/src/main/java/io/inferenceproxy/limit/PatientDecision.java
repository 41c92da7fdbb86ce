package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.LimitDecision.Pending;
import io.inferenceproxy.limit.LimitDecision.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The decision about one call that waits for its turn where nothing but calls under way refuses it, and these are counted by
 * all proxies. At each proxy who came first goes first; only the first of a key asks. All of it is done on the I/O thread of
 * the call.
 */
final class PatientDecision {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    /** So many pauses may pass until it is forgotten that this proxy waits: an answer may be late, or a thread busy. */
    private static final int PATIENCE = 3;

    /** But no longer, since meanwhile a place may be left to nobody. */
    private static final long MOST_PATIENCE_MICROS = 1_000_000;

    private final SharedLimits limits;
    private final ProxyCall call;
    private final Supplier<@Nullable Claim> claims;
    private final LimitObserver observer;
    private final long arrivedAt;
    private Claim first;
    private boolean alone;

    /**
     * A decision.
     *
     * @param first what the call claims
     * @param claims what it claims later, when policies may have been changed; nothing once it has no limit
     */
    PatientDecision(
            SharedLimits limits,
            ProxyCall call,
            Claim first,
            Supplier<@Nullable Claim> claims,
            LimitObserver observer) {
        this.limits = limits;
        this.call = call;
        this.first = first;
        this.claims = claims;
        this.observer = observer;
        this.arrivedAt = limits.clock().now();
    }

    /** All places that the claims had are free. */
    static void wakeAll(Claim first) {
        for (Claim each = first; each != null; each = each.next()) {
            each.policy().wake(each.key());
        }
    }

    /** The decision, or that it is not known yet. */
    LimitDecision decide() {
        Claim others = LocalRateLimiter.behindOthers(first);
        CompletableFuture<LimitDecision> decided = (others == null
                        ? asked(0).thenCompose(decision -> settled(decision, Optional.empty()))
                        : behind(others))
                .toCompletableFuture();
        return decided.isDone() ? decided.join() : new Pending(decided);
    }

    /** Who waits already is not passed: it is only seen whether waiting is of use, since no window with a period is used up. */
    private CompletionStage<LimitDecision> behind(Claim others) {
        if (!hasPeriods() || !limits.state().isUp()) {
            return queued(others);
        }
        return SharedLook.at(limits, call, first).thenCompose(answer -> {
            Refused refused = answer.isPresent() ? usedUp(answer.get()) : null;
            return refused == null ? queued(others) : CompletableFuture.completedStage(told(refused));
        });
    }

    private boolean hasPeriods() {
        for (Claim each = first; each != null; each = each.next()) {
            if (!each.policy().isHeld()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Refused usedUp(SharedAnswer answer) {
        Refused refused = SharedDecision.refused(limits, first, answer, SharedDecision.statuses(limits, first, answer));
        return LocalRateLimiter.isForPlacesAlone(refused.violated()) ? null : refused;
    }

    private CompletionStage<LimitDecision> asked(long patience) {
        SharedDecision asked = SharedDecision.untold(limits, call, first, patience);
        return flat(asked.ask()).thenApply(decision -> {
            alone = asked.isAlone();
            return decision;
        });
    }

    private static CompletionStage<LimitDecision> flat(LimitDecision decision) {
        return decision instanceof Pending pending ? pending.decided() : CompletableFuture.completedStage(decision);
    }

    /**
     * Has the call wait that is refused for nothing but calls under way.
     *
     * @param left the room in which it has waited, to which it does not come back
     */
    private CompletionStage<LimitDecision> settled(LimitDecision decision, Optional<WaitingRoom> left) {
        Claim full =
                decision instanceof Refused refused ? LocalRateLimiter.full(first, refused.violated(), left) : null;
        return full == null ? CompletableFuture.completedStage(told(decision)) : queued(full);
    }

    private CompletionStage<LimitDecision> queued(Claim full) {
        WaitingRoom room = full.policy().room().orElseThrow();
        Duration waited = Duration.ofNanos(Math.max(0, limits.clock().now() - arrivedAt));
        Duration rest = waited.compareTo(room.longest()) < 0 ? room.longest().minus(waited) : Duration.ZERO;
        LimitWindow window = full.quotas().window(0);
        return flat(room.queue(call, full.key(), window, arrivedAt, rest, new SharedTurn(window)))
                .thenCompose(decision -> settled(decision, Optional.of(room)));
    }

    /** The last decision about the call, told to whoever wants to know. */
    private LimitDecision told(LimitDecision decision) {
        if (alone) {
            LoneDecision.tell(limits, call);
        }
        if (decision instanceof Refused refused) {
            refused.violated().forEach(each -> observer.onDecision(each.name(), LimitOutcome.REFUSED));
        } else if (decision instanceof Admitted admitted) {
            admitted.statuses()
                    .forEach(each -> observer.onDecision(each.window().name(), LimitOutcome.ADMITTED));
        }
        return decision;
    }

    /** A try to get a place that all proxies count. */
    private final class SharedTurn implements WaitingRoom.Turn {

        private final LimitWindow window;

        SharedTurn(LimitWindow window) {
            this.window = window;
        }

        @Override
        public void take(Duration pause, Consumer<LimitDecision> then) {
            Claim now = claims.get();
            if (now == null) {
                then.accept(LimitDecision.UNLIMITED);
                return;
            }
            first = now;
            long patience = Math.min(MOST_PATIENCE_MICROS, PATIENCE * pause.toNanos() / 1_000);
            asked(patience).thenAccept(then);
        }

        /** As the windows were last seen, but for the one that kept it waiting. */
        @Override
        public Refused tooLate() {
            alone |= !limits.state().isUp();
            List<WindowStatus> seen = new ArrayList<>();
            long now = limits.clock().now();
            for (Claim each = first; each != null; each = each.next()) {
                limits.of(each.policy()).peek(each.key(), each.quotas(), now, seen);
            }
            seen.replaceAll(each -> each.window().name().equals(window.name()) ? new WindowStatus(window, 0, 1) : each);
            return new Refused(seen, A_SECOND, List.of(window));
        }

        @Override
        public boolean isPolled() {
            return true;
        }
    }
}
