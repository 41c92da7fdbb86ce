package io.inferenceproxy.limit;

import java.time.Duration;
import java.util.List;

/** Whether a call is within its limits, and how they stand after it. */
public sealed interface LimitDecision {

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
     *     its place
     * @param violated the windows that have nothing left
     */
    record Refused(List<WindowStatus> statuses, Duration retryAfter, List<LimitWindow> violated)
            implements LimitDecision {
        public Refused {
            statuses = List.copyOf(statuses);
            violated = List.copyOf(violated);
        }
    }
}
