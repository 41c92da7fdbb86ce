package io.inferenceproxy.limit;

/** Hears of every decision, for counting. Called on the I/O thread of the call; must be quick and safe for many threads. */
@FunctionalInterface
public interface LimitObserver {

    /** Hears nothing. */
    LimitObserver NONE = (window, admitted) -> {};

    /**
     * A window admitted a call, or refused it; of a refused call only the violated windows are told.
     *
     * @param window the window's name, such as {@code per-user-hour}
     * @param admitted whether it admitted the call
     */
    void onDecision(String window, boolean admitted);
}
