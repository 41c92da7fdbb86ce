package io.inferenceproxy.limit;

/** Hears of every decision, for counting. Called on the I/O thread of the call; must be quick and safe for many threads. */
@FunctionalInterface
public interface LimitObserver {

    /** Hears nothing. */
    LimitObserver NONE = (window, outcome) -> {};

    /**
     * A window decided about a call; of a refused call only the violated windows are told.
     *
     * @param window the window's name, such as {@code per-user-hour}
     */
    void onDecision(String window, LimitOutcome outcome);
}
