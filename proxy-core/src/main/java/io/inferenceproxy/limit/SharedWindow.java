package io.inferenceproxy.limit;

import java.time.Duration;

/**
 * One window of a policy, as all callers under it share it.
 *
 * @param policy under which name the policy is counted
 * @param kind how it counts
 * @param period how long it is; nothing for {@link Kind#AT_ONCE}
 * @param grid to what, in microseconds, times of rolling windows are rounded up; 1 for not at all
 * @param weighed whether charges of rolling windows are of any amount, and not each of one
 * @param burst what smooth windows admit at once; 0 for as much as the quota
 */
public record SharedWindow(String policy, Kind kind, Duration period, long grid, boolean weighed, long burst) {

    /** How a window counts. */
    public enum Kind {
        /** As {@link WindowKind#ROLLING}. */
        ROLLING,
        /** As {@link WindowKind#FIXED}. */
        FIXED,
        /** As {@link WindowKind#SMOOTH}. */
        SMOOTH,
        /** What is under way, each proxy's share for as long as it renews it. */
        AT_ONCE
    }
}
