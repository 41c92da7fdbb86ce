package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.CallTrace.Mark;

/**
 * How long a call spent where, in nanoseconds; 0 for a stage that it never came to, or did not leave. The stages of a call
 * that arrived while nobody was listening were not timed, but for the upstream.
 *
 * @param total from the first byte of the request to the end of the answer
 * @param auth until the caller was known and permitted
 * @param limit until all limits admitted the call
 * @param validate until the content had passed all checks, the wait for it included
 * @param queue until the request's head went to the upstream: waiting for a slot and connecting
 * @param upstream until the head of the upstream's answer came; when none came, until the call ended
 */
public record StageTimes(long total, long auth, long limit, long validate, long queue, long upstream) {

    /** What the marks of a trace amount to. */
    static StageTimes of(CallTrace trace) {
        long total = trace.elapsedNanos();
        long authenticated = trace.nanosTo(Mark.AUTHENTICATED);
        long admitted = trace.nanosTo(Mark.ADMITTED);
        long validated = trace.nanosTo(Mark.VALIDATED);
        long sent = trace.nanosTo(Mark.UPSTREAM_SENT);
        long beforeValidation = Math.max(authenticated, admitted);
        return new StageTimes(
                total,
                authenticated,
                between(authenticated, admitted),
                between(beforeValidation, validated),
                between(Math.max(beforeValidation, validated), sent),
                upstream(trace));
    }

    /** How long the upstream took. */
    static long upstream(CallTrace trace) {
        long sent = trace.nanosTo(Mark.UPSTREAM_SENT);
        long answered = trace.nanosTo(Mark.UPSTREAM_ANSWERED);
        return sent == 0 ? 0 : between(sent, answered == 0 ? trace.elapsedNanos() : answered);
    }

    private static long between(long from, long to) {
        return to == 0 ? 0 : Math.max(0, to - from);
    }
}
