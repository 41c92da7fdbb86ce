package io.inferenceproxy.upstream;

import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BodyTimeout;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;

/** What each failure on the way to an upstream is for the client, with its {@code Proxy-Status} (RFC 9209). */
final class UpstreamProblems {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private UpstreamProblems() {}

    static Problem of(UpstreamFailure failure, String where) {
        UpstreamFailure.Kind kind = failure.kind();
        return switch (kind) {
            case NAME_NOT_RESOLVED, CONNECTION_REFUSED, TLS, CONNECTION_TERMINATED ->
                of(ProblemType.UPSTREAM_UNREACHABLE, kind.proxyStatus(), where + ": " + failure.getMessage());
            case PROTOCOL_ERROR ->
                of(ProblemType.UPSTREAM_PROTOCOL_ERROR, kind.proxyStatus(), where + ": " + failure.getMessage());
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, STALL_TIMEOUT, WRITE_TIMEOUT ->
                of(ProblemType.UPSTREAM_TIMEOUT, kind.proxyStatus(), where + ": " + failure.getMessage());
            case REQUEST_BROKEN_OFF, CANCELLED -> ofRequest(failure);
        };
    }

    /** No address is configured. */
    static Problem unavailable(String group) {
        return of(ProblemType.UPSTREAM_UNAVAILABLE, "destination_unavailable", group + ": no address is configured")
                .withRetryAfter(RETRY_AFTER);
    }

    /** As many calls as are allowed are under way, and no place came free. */
    static Problem overloaded(String why) {
        return of(ProblemType.OVERLOADED, "connection_limit_reached", why).withRetryAfter(RETRY_AFTER);
    }

    /** The proxy stops and no longer waits for the upstream. */
    static Problem draining() {
        return of(ProblemType.DRAINING, "proxy_internal_response", "stopped before the upstream was done")
                .withRetryAfter(RETRY_AFTER)
                .withClosing();
    }

    private static Problem ofRequest(UpstreamFailure failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof ProblemException known) {
            return known.problem().withClosing();
        }
        if (cause instanceof BodyCollector.TooLarge tooLarge) {
            return Problem.of(
                            ProblemType.BODY_TOO_LARGE,
                            "The body has more than " + tooLarge.limit() + " bytes, which is the limit of the route.")
                    .withClosing();
        }
        if (cause instanceof BodyTimeout) {
            return Problem.of(ProblemType.REQUEST_TIMEOUT)
                    .withReason("body stalled")
                    .withClosing();
        }
        return Problem.of(ProblemType.MALFORMED_REQUEST, "The body of the request broke off.")
                .withReason(String.valueOf(failure.getMessage()))
                .withClosing();
    }

    private static Problem of(ProblemType type, String proxyStatus, String reason) {
        return Problem.of(type).withReason(reason).withHeader("Proxy-Status", "inference-proxy; error=" + proxyStatus);
    }
}
