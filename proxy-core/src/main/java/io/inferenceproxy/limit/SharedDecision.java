package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.LimitDecision.Refused;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.time.Scheduler.Scheduled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The decision about one call, made by shared counters if these answer in time. All of it is done on the I/O thread of the
 * call.
 */
final class SharedDecision {

    private final SharedLimits limits;
    private final ProxyCall call;
    private final Claim first;
    private final LimitObserver observer;
    private final boolean last;
    private final long patience;
    private final CompletableFuture<LimitDecision> decided = new CompletableFuture<>();
    private final long begun;
    private @Nullable Scheduled timer;
    private @Nullable LoneCharge lone;
    private boolean alone;

    SharedDecision(SharedLimits limits, ProxyCall call, Claim first, LimitObserver observer) {
        this(limits, call, first, observer, true, 0);
    }

    private SharedDecision(
            SharedLimits limits, ProxyCall call, Claim first, LimitObserver observer, boolean last, long patience) {
        this.limits = limits;
        this.call = call;
        this.first = first;
        this.observer = observer;
        this.last = last;
        this.patience = patience;
        this.begun = limits.ticker().nanoTime();
    }

    /**
     * One that may not be the last about its call, and so is told by whoever asks for it.
     *
     * @param patience for how many microseconds it is remembered that the call waits, 0 where it does not
     */
    static SharedDecision untold(SharedLimits limits, ProxyCall call, Claim first, long patience) {
        return new SharedDecision(limits, call, first, LimitObserver.NONE, false, patience);
    }

    /** Whether it was made without the shared counters. */
    boolean isAlone() {
        return alone;
    }

    /** The decision, or that it is not known yet. */
    LimitDecision ask() {
        if (!limits.state().isUp()) {
            return withoutOthers();
        }
        for (Claim each = first; each != null; each = each.next()) {
            if (each.policy().isHeld()) {
                limits.of(each.policy()).held().ask(each.key());
            }
        }
        timer = call.io().schedule(limits.options().timeout(), this::late);
        limits.ask(limits.request(Verb.CHARGE, first, 0).withPatience(patience)).whenComplete((answer, failure) -> {
            if (call.io().isCurrentThread()) {
                answered(answer, failure);
            } else {
                call.io().execute(() -> answered(answer, failure));
            }
        });
        return decided.isDone() ? decided.join() : new LimitDecision.Pending(decided);
    }

    private void late() {
        if (!decided.isDone()) {
            limits.state().tooLate();
            LimitDecision alone = withoutOthers();
            lone = alone instanceof Admitted admitted && admitted.charge() instanceof LoneCharge charge ? charge : null;
            decided.complete(alone);
        }
    }

    private void answered(@Nullable SharedAnswer answer, @Nullable Throwable failure) {
        boolean tooLate = decided.isDone();
        boolean admitted = answer != null && failure == null && answer.isDone();
        boolean kept = tooLate && admitted && lone != null && lone.tryKeep();
        for (Claim each = first; each != null; each = each.next()) {
            boolean held = each.policy().isHeld();
            if (tooLate && admitted && answer != null && !(held && kept)) {
                limits.tell(Verb.GIVE_BACK, each, each.amount(), answer.now()); // it was decided without it
            }
            if (held) { // after that: while it is asked for, it is not said how many calls there are
                limits.of(each.policy()).held().answered(each.key(), admitted && !tooLate);
            }
        }
        if (tooLate) {
            if (admitted && !kept) {
                PatientDecision.wakeAll(first);
            }
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        if (answer == null || failure != null) {
            limits.state().failed();
            decided.complete(withoutOthers());
            return;
        }
        limits.state().answered();
        limits.decided(begun);
        decided.complete(decision(answer));
    }

    private LimitDecision decision(SharedAnswer answer) {
        List<WindowStatus> statuses = statuses(limits, first, answer);
        if (answer.isDone()) {
            for (WindowStatus status : statuses) {
                observer.onDecision(status.window().name(), LimitOutcome.ADMITTED);
            }
            return new Admitted(statuses, new SharedCharge(limits, first, answer.now(), 0));
        }
        Refused refused = refused(limits, first, answer, statuses);
        refused.violated().forEach(each -> observer.onDecision(each.name(), LimitOutcome.REFUSED));
        return refused;
    }

    /** The refusal of an answer that names windows for which the call would have to wait. */
    static Refused refused(SharedLimits limits, Claim first, SharedAnswer answer, List<WindowStatus> statuses) {
        List<LimitWindow> violated = new ArrayList<>(1);
        long longest = 0;
        int place = 0;
        for (Claim each = first; each != null; each = each.next()) {
            Quotas quotas = each.quotas();
            for (int i = 0; i < quotas.size(); i++) {
                long wait = answer.waitMicros(place + quotas.place(i));
                if (wait != 0) {
                    violated.add(quotas.window(i));
                    longest = Math.max(longest, wait == SharedAnswer.NEVER ? Counter.NEVER : 1_000 * wait);
                }
            }
            place += limits.of(each.policy()).places();
        }
        return new Refused(statuses, Duration.ofNanos(longest), violated);
    }

    /** How the windows of all claims stand, and remembers it. */
    static List<WindowStatus> statuses(SharedLimits limits, Claim first, SharedAnswer answer) {
        List<WindowStatus> statuses = new ArrayList<>();
        long now = limits.clock().now();
        int place = 0;
        for (Claim each = first; each != null; each = each.next()) {
            Quotas quotas = each.quotas();
            SharedPolicy policy = limits.of(each.policy());
            policy.see(each.key(), quotas.byPlace(), answer, place, now);
            for (int i = 0; i < quotas.size(); i++) {
                int at = place + quotas.place(i);
                long seconds = (answer.resetMicros(at) + 999_999) / 1_000_000;
                statuses.add(new WindowStatus(quotas.window(i), Math.max(0, answer.remaining(at)), seconds));
            }
            place += policy.places();
        }
        return statuses;
    }

    private LimitDecision withoutOthers() {
        alone = true;
        LoneDecision decision = new LoneDecision(limits, call, first, observer);
        return last ? decision.decide() : decision.decideUntold();
    }
}
