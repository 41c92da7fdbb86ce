package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.QuotaSlice.Grant;
import io.inferenceproxy.limit.QuotaSlice.Outcome;
import io.inferenceproxy.time.Scheduler.Scheduled;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The decision about one call that may be made here, by a slice of its quotas; where there is none, and none is to be had,
 * that of {@link SharedDecision}. All of it is done on the I/O thread of the call.
 */
final class SlicedDecision {

    private final SharedLimits limits;
    private final ProxyCall call;
    private final Claim first;
    private final LimitObserver observer;

    SlicedDecision(SharedLimits limits, ProxyCall call, Claim first, LimitObserver observer) {
        this.limits = limits;
        this.call = call;
        this.first = first;
        this.observer = observer;
    }

    /** The decision, or that it is not known yet. */
    LimitDecision decide() {
        long now = limits.clock().now();
        SliceSlot slot = limits.slices().slot(first, now);
        if (slot == null) {
            return byItself();
        }
        QuotaSlice slice = slot.arrived(now);
        int left = slice == null ? QuotaSlice.NONE : slice.take(now);
        if (slice != null && left != QuotaSlice.NONE) {
            Grant grant = slice.grant();
            return grant == null ? new Waiting(slot, slice).decision() : admitted(slot, grant, left, now);
        }
        QuotaSlice fresh = limits.state().isUp() ? limits.slices().ask(slot, slice, now) : null;
        return fresh == null ? byItself() : new Waiting(slot, fresh).decision();
    }

    private LimitDecision byItself() {
        return new SharedDecision(limits, call, first, observer).ask();
    }

    private LimitDecision admitted(SliceSlot slot, Grant grant, int left, long now) {
        List<WindowStatus> statuses = QuotaSlices.later(first, grant.statuses(), left, Math.max(0, now - grant.at()));
        for (WindowStatus status : statuses) {
            observer.onDecision(status.window().name(), LimitOutcome.ADMITTED);
        }
        return new Admitted(statuses, new SharedCharge(limits, first, grant.chargedAt(), slot.ahead()));
    }

    /** A call that has a place in a slice of which it is not known yet whether it was granted. */
    private final class Waiting {

        private final SliceSlot slot;
        private final QuotaSlice slice;
        private final CompletableFuture<LimitDecision> decided = new CompletableFuture<>();
        private @Nullable Scheduled timer;

        Waiting(SliceSlot slot, QuotaSlice slice) {
            this.slot = slot;
            this.slice = slice;
        }

        LimitDecision decision() {
            timer = call.io().schedule(limits.options().timeout(), this::late);
            slice.outcome().whenComplete((outcome, never) -> {
                if (call.io().isCurrentThread()) {
                    answered(outcome);
                } else {
                    call.io().execute(() -> answered(outcome));
                }
            });
            return decided.isDone() ? decided.join() : new LimitDecision.Pending(decided);
        }

        private void late() {
            if (!decided.isDone()) {
                if (slice.tryLate()) {
                    limits.state().tooLate();
                }
                limits.slices().leave(slot, slice);
                decided.complete(withoutOthers());
            }
        }

        private void answered(Outcome outcome) {
            if (decided.isDone()) {
                return;
            }
            if (timer != null) {
                timer.cancel();
            }
            Grant grant = slice.grant();
            if (grant != null) {
                decided.complete(
                        admitted(slot, grant, slice.left(), limits.clock().now()));
            } else if (outcome == Outcome.REFUSED) {
                singly();
            } else {
                decided.complete(withoutOthers());
            }
        }

        /** There is not enough for a slice, but there may be for a call. */
        private void singly() {
            LimitDecision decision = byItself();
            if (decision instanceof LimitDecision.Pending pending) {
                pending.decided().whenComplete((known, never) -> decided.complete(known));
            } else {
                decided.complete(decision);
            }
        }

        private LimitDecision withoutOthers() {
            return new LoneDecision(limits, call, first, observer).decide();
        }
    }
}
