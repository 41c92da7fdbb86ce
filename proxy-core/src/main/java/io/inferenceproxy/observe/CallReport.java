package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
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
     * The report of a call that has ended.
     *
     * @param arrival when it arrived
     */
    static CallReport of(CallTrace trace, Instant arrival) {
        Caller caller = trace.caller();
        return new CallReport(
                trace.id(),
                arrival,
                trace.method(),
                trace.path(),
                trace.route(),
                trace.version(),
                trace.secure(),
                trace.client().orElseGet(InetAddress::getLoopbackAddress),
                caller instanceof Caller.Identified identified ? identified.issuer() : "",
                caller instanceof Caller.Identified identified ? identified.subject() : "",
                trace.status(),
                trace.problem(),
                trace.reason(),
                trace.end(),
                StageTimes.of(trace),
                trace.requestBytes(),
                trace.responseBytes(),
                trace.upstream(),
                trace.upstreamStatus(),
                trace.traceId(),
                trace.failure());
    }
}
