/**
 * What limits would have done: plays an access log through them, in the time of the log.
 *
 * <ol>
 *   <li>Decisions are those of the limits that serve, with their own counters; only the clock is another.
 *   <li>A log of any length takes a bounded amount of memory.
 *   <li>Calls are played in the order in which they arrived: the log has them by their ends, so they are sorted within the
 *       last {@value io.inferenceproxy.cli.simulate.Simulation#SORTED}; one that is later still is played at the time of the
 *       newest before it.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.cli.simulate;

import org.jspecify.annotations.NullMarked;
