package io.inferenceproxy.limit;

import java.time.Duration;
import java.util.List;

/** Whether a call is within its limits, and how they stand after it. */
public sealed interface LimitDecision {

    /** No limit holds for the call. */
    LimitDecision UNLIMITED = new Admitted(List.of(), Charge.NONE);

    /** All windows of the call, in the order of the policies. */
    List<WindowStatus> statuses();

    /**
     * The call goes on and was charged to every window.
     *
     * @param statuses all windows, this call counted
     * @param charge what was charged, to be given back if it comes to nothing
     */
    record Admitted(List<WindowStatus> statuses, Charge charge) implements LimitDecision {
        public Admitted {
            statuses = List.copyOf(statuses);
        }
    }

    /**
     * The call is over a limit and was charged to no window.
     *
     * @param statuses all windows, as they stood before
     * @param retryAfter the longest wait among the violated windows; a call made then is admitted, unless another took
     *     its place. Where the call costs more than a whole quota it never is, and this is {@link #NEVER}
     * @param violated the windows that refuse it
     */
    record Refused(List<WindowStatus> statuses, Duration retryAfter, List<LimitWindow> violated)
            implements LimitDecision {

        /** The wait of a call that can never be admitted. */
        public static final Duration NEVER = Duration.ofNanos(Counter.NEVER);

        public Refused {
            statuses = List.copyOf(statuses);
            violated = List.copyOf(violated);
        }
    }
}
