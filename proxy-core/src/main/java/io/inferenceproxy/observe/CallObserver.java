package io.inferenceproxy.observe;

/**
 * Learns of every call when it has ended: its answer is out, or its client is gone.
 *
 * <ol>
 *   <li>It is told by a thread of the proxy's own, of one call after the other, in the order in which they ended, within
 *       some hundredths of a second. No call waits for it.
 *   <li>While it blocks, calls wait to be told of, up to some thousands; of more than that neither observers, logs nor metrics
 *       learn, but the metric {@code inference.proxy.observations.dropped} counts them.
 *   <li>What it throws hurts neither the call nor other observers; the first time it is logged.
 *   <li>When the proxy has closed it has been told of all calls.
 * </ol>
 */
@FunctionalInterface
public interface CallObserver {

    /** Takes the report of a call that has ended. */
    void onCall(CallReport report);

    /**
     * Whether reports are wanted now. While no observer wants them, none is made and the stages of calls are not timed. Asked
     * for every call, on its I/O thread too.
     */
    default boolean isListening() {
        return true;
    }
}
