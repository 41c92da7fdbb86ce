package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that is told of one call, once, when it has ended. It holds no credential, no query and no content; what the
 * client chose freely (path, subject, method) is as it came, so whoever prints it escapes it.
 *
 * @param id the identifier of the call
 * @param time when the call arrived
 * @param method the method, as sent
 * @param path the canonical path; empty when the target was malformed
 * @param route the name of the route; empty when none was found
 * @param version the version of HTTP, such as {@code 1.1}
 * @param secure whether the call came over TLS
 * @param client where it came from
 * @param issuer who vouches for the caller; empty for an anonymous one
 * @param subject the caller; empty for an anonymous one
 * @param status the status of the answer; 0 when the call ended before there was one
 * @param code the slug of the problem that the proxy answered with; empty when it made none
 * @param reason why, in words for the log alone; may be empty
 * @param outcome how the call ended
 * @param times how long it spent where
 * @param requestBytes how many bytes of the request's body came
 * @param responseBytes how many bytes of the answer's body went out
 * @param upstream the upstream address, {@code host:port}; empty when none was tried
 * @param upstreamStatus the upstream's status; 0 when it did not answer
 * @param traceId the trace that the call belongs to
 * @param failure a surprise inside the proxy; null when there was none
 */
public record CallReport(
        String id,
        Instant time,
        String method,
        String path,
        String route,
        String version,
        boolean secure,
        InetAddress client,
        String issuer,
        String subject,
        int status,
        String code,
        String reason,
        CallEnd outcome,
        StageTimes times,
        long requestBytes,
        long responseBytes,
        String upstream,
        int upstreamStatus,
        String traceId,
        @Nullable Throwable failure) {

    /**
     * The report of a call that ends.
     *
     * @param now the time of day
     * @param status the status of the answer, or 0
     */
    static CallReport of(ProxyCall call, Instant now, int status, CallEnd outcome) {
        CallTrace trace = call.trace();
        StageTimes times = StageTimes.of(trace);
        Caller caller = trace.caller();
        return new CallReport(
                call.id(),
                now.minusNanos(times.total()),
                call.request().method(),
                call.request().target().path(),
                trace.route(),
                call.request().version(),
                call.request().secure(),
                call.client().address(),
                caller instanceof Caller.Identified identified ? identified.issuer() : "",
                caller instanceof Caller.Identified identified ? identified.subject() : "",
                status,
                trace.problem(),
                trace.reason(),
                outcome,
                times,
                trace.requestBytes(),
                trace.responseBytes(),
                trace.upstream(),
                trace.upstreamStatus(),
                call.traceParent().traceId(),
                trace.failure());
    }
}
