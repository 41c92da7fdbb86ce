/**
 * The abstraction that everyone must know: a handler turns a call into an answer, a filter stands in front of a handler.
 *
 * <ol>
 *   <li>A filter answers itself, or calls {@code next} at most once unless its Javadoc says that it retries; it never
 *       blocks.
 *   <li>Refusals are values. An exception, thrown or in the stage, is a surprise, and one place turns it into a problem.
 *   <li>Cancellation travels down in {@link io.inferenceproxy.call.ProxyCall#cancellation()}, results travel up in the
 *       stage. Cancelling a stage does nothing.
 *   <li>The stage completes when the <em>head</em> of the answer is known; its body may still be coming. What is held for
 *       a call is released in {@link io.inferenceproxy.call.ProxyCall#onEnd}.
 *   <li>A stage is completed on the I/O thread of the call. Work that is long or blocks runs elsewhere and comes back by
 *       {@link io.inferenceproxy.call.ProxyCall#io()}.
 *   <li>Whoever answers without having read the request's body need not touch it: the server sees to it.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.pipeline;

import org.jspecify.annotations.NullMarked;
