/**
 * How much a caller may: windows, counted exactly and all together, and the header fields that tell.
 *
 * <ol>
 *   <li>A window begins with the first call that is charged to it and gives its whole quota back when its period is over;
 *       in one turn it never admits more than its quota.
 *   <li>All windows of all policies of a call are charged, or none.
 *   <li>What a stranger can grow is bounded: counters by {@code max-keys} a policy, all of one size. Only counters with
 *       nothing charged are forgotten.
 * </ol>
 *
 * Start with {@link io.inferenceproxy.limit.LimitPolicies}.
 */
@NullMarked
package io.inferenceproxy.limit;

import org.jspecify.annotations.NullMarked;
