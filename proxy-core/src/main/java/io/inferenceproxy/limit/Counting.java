package io.inferenceproxy.limit;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How a policy counts: what all of its counters have in common. Immutable but for what can be computed anew.
 */
interface Counting {

    /** The periods of the windows, in nanoseconds, the shortest first. */
    long[] periods();

    /** A counter with nothing charged. */
    Counter counter();

    /** Whether counters of the other are as good as those of this one. */
    boolean isLike(Counting other);

    /** Whether a charge holds until the call ends, and no longer. */
    default boolean isHeld() {
        return false;
    }

    /** Counting in the manner of the policy, over the windows of all of its plans. */
    static Counting of(LimitPolicyOptions policy) {
        List<Duration> spans = policy.spans();
        long[] periods = spans.stream().mapToLong(Duration::toNanos).toArray();
        return switch (policy.kind()) {
            case ROLLING ->
                new RollingCounter.Rules(
                        periods,
                        spans.stream().mapToLong(policy::highestQuota).toArray(),
                        policy.cost() instanceof LimitCost.Requests
                                && policy.routeCosts().isEmpty());
            case FIXED -> new FixedCounter.Rules(spans, periods, policy.zoneId());
            case SMOOTH -> new SmoothCounter.Rules(periods, policy.burst());
        };
    }

    /** Rolling windows of these periods and quotas, counting requests. */
    static Counting rolling(long[] periods, long[] quotas) {
        return new RollingCounter.Rules(Arrays.copyOf(periods, periods.length), quotas, true);
    }
}
