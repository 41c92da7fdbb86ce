package io.inferenceproxy.observe;

/**
 * Learns of every call when it has ended: its answer is out, or its client is gone.
 *
 * <ol>
 *   <li>It is called on the I/O thread of the call, by several threads at once, and must not block.
 *   <li>What it throws hurts neither the call nor other observers; the first time it is logged.
 * </ol>
 */
@FunctionalInterface
public interface CallObserver {

    /** Takes the report of a call that has ended. */
    void onCall(CallReport report);
}
