package io.inferenceproxy.limit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Whether a call is within its limits, and how they stand after it. */
public sealed interface LimitDecision {

    /** No limit holds for the call. */
    LimitDecision UNLIMITED = new Admitted(List.of(), Charge.NONE);

    /** All windows of the call, in the order of the policies; none as long as it is {@link Pending}. */
    List<WindowStatus> statuses();

    /**
     * It is not known yet: the call waits for its turn, or for whoever counts.
     *
     * @param decided completes with one of the others, on the I/O thread of the call
     */
    record Pending(CompletionStage<LimitDecision> decided) implements LimitDecision {
        @Override
        public List<WindowStatus> statuses() {
            return List.of();
        }
    }

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

    /**
     * Nobody can tell now, and calls that nobody counts are not to be admitted.
     *
     * @param retryAfter when it is worth another try
     */
    record Unavailable(Duration retryAfter) implements LimitDecision {
        @Override
        public List<WindowStatus> statuses() {
            return List.of();
        }
    }
}
