package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.fail;

import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.limit.SharedWindow.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The calls that one window admitted a caller, in all spans of which must be no more than the quota. */
final class AdmittedCalls {

    private final SharedWindow window;
    private final List<Call> calls = new ArrayList<>();
    private long quota;

    AdmittedCalls(SharedClaim claim) {
        this.window = claim.window();
    }

    /** A call that was admitted: when it was charged, up to when it may be made, and what of it was not given back. */
    static final class Call {
        private final long charged;
        private final long latest;
        private final long quota;
        private long amount;

        Call(long charged, long latest, long amount, long quota) {
            this.charged = charged;
            this.latest = latest;
            this.amount = amount;
            this.quota = quota;
        }

        void giveBack(long some) {
            amount -= some;
        }
    }

    void add(Call call) {
        calls.add(call);
        quota = Math.max(quota, call.quota);
    }

    /** Whether they were made as soon as they might, or as late. */
    void requireWithinQuota(String said) {
        requireWithinQuota(said, call -> call.charged);
        if (window.kind() == Kind.ROLLING) {
            requireWithinQuota(said, call -> call.latest);
        }
    }

    private void requireWithinQuota(String said, ToLongFunction<Call> time) {
        long period = window.period().toNanos() / 1_000;
        long most = quota + (window.kind() == Kind.SMOOTH ? window.burst() : 0);
        List<Call> sorted = new ArrayList<>(calls);
        sorted.sort((one, other) -> Long.compare(time.applyAsLong(one), time.applyAsLong(other)));
        long sum = 0;
        int first = 0;
        for (Call last : sorted) {
            sum += last.amount;
            while (isPast(time.applyAsLong(sorted.get(first)), time.applyAsLong(last), period)) {
                sum -= sorted.get(first++).amount;
            }
            if (sum > most) {
                fail("%s: %d were admitted in a span that ends at %d", said, sum, time.applyAsLong(last));
            }
        }
    }

    /** Whether something is not in the same span of the period, or not in the same turn. */
    private boolean isPast(long time, long last, long period) {
        return window.kind() == Kind.FIXED
                ? time
                        < ModelledFixed.turns(period, CounterShapes.zone(window), last)
                                .begin()
                : time + period <= last;
    }
}
