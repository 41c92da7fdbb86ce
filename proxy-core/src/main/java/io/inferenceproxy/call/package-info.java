/**
 * The facts about one call: what was asked, by whom, on which route, whether it still matters, and how it went.
 *
 * <ol>
 *   <li>A {@link ProxyCall} is immutable but for its {@link CallTrace}, its {@link Cancellation} and its end; the copies
 *       that {@code with*} makes share these.
 *   <li>A call ends exactly once, when the last byte of its answer is written or can no longer be. Whatever is held for a
 *       call is released by {@link ProxyCall#onEnd}, whether it went well or not.
 *   <li>Everything here is used on the I/O thread of the call, but {@link Cancellation#cancel}, which any thread may call.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.call;

import org.jspecify.annotations.NullMarked;
