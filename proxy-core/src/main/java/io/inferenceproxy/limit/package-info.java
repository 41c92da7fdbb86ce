/**
 * How much a caller may: policies with windows, counted exactly and all together, and the header fields that tell.
 *
 * <ol>
 *   <li>A rolling window never admits more than its quota in any span of its period; a fixed one in none of its turns; a
 *       smooth one never more than its quota and its burst.
 *   <li>All windows of all policies of a call are charged, or none.
 *   <li>A call that is made when the told wait is over is admitted, unless another took its place.
 *   <li>What a stranger can grow is bounded: counters by {@code max-keys} a policy, each by some 1,024 entries a window. Only
 *       counters with nothing charged are forgotten.
 * </ol>
 *
 * Start with {@link io.inferenceproxy.limit.LimitPolicies}.
 */
@NullMarked
package io.inferenceproxy.limit;

import org.jspecify.annotations.NullMarked;
