package io.inferenceproxy.observe;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.call.TraceParent;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.testing.ArrivedCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.testing.StepScheduler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reports to feed observers with. */
record CallReports(
        String id,
        String method,
        String path,
        String route,
        String version,
        String subject,
        int status,
        String code,
        String reason,
        CallEnd outcome,
        int upstreamStatus,
        @Nullable Throwable failure) {

    static CallReports ordinary() {
        return new CallReports(
                "id-1",
                "POST",
                "/api/inference",
                "inference",
                "1.1",
                "alice",
                200,
                "",
                "",
                CallEnd.COMPLETED,
                200,
                null);
    }

    CallReports id(String id) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports method(String method) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports path(String path) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports route(String route) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports version(String version) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports subject(String subject) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports refused(int status, String code, String reason) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports answered(int status) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, status, failure);
    }

    CallReports ended(CallEnd outcome) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    CallReports failure(Throwable failure) {
        return new CallReports(
                id, method, path, route, version, subject, status, code, reason, outcome, upstreamStatus, failure);
    }

    /** The same as a trace, as it stands when the call has ended. */
    CallTrace trace() {
        ManualTicker ticker = new ManualTicker();
        CallTrace trace = new CallTrace(ticker);
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        ProxyRequest request = new ProxyRequest(
                method, new RequestTarget(path, ""), "api.test", false, version, peer, Headers.empty(), Body.empty());
        ProxyCall.arrived(
                        id,
                        request,
                        new ClientAddress(peer.getAddress(), false),
                        TraceParent.started(),
                        new StepScheduler(),
                        trace,
                        "/problems/")
                .withRoute(route, ApiStyle.NATIVE)
                .withCaller(new Caller.Identified("inference-proxy", false, subject, Set.of(), Set.of(), Instant.MAX));
        ticker.advanceNanos(1_345_678);
        trace.mark(Mark.UPSTREAM_SENT);
        ticker.advanceNanos(11_000_000);
        trace.mark(Mark.UPSTREAM_ANSWERED);
        trace.upstream("127.0.0.1:8000");
        trace.upstreamStatus(upstreamStatus);
        if (!code.isEmpty()) {
            trace.refused(code, reason);
        }
        if (failure != null) {
            trace.failed(failure);
        }
        trace.requestBytes(17);
        trace.responseBytes(2_000);
        trace.answered(status);
        trace.ended(outcome);
        return trace;
    }

    CallReport report() {
        return new CallReport(
                id,
                ArrivedCall.ARRIVAL,
                method,
                path,
                route,
                version,
                false,
                InetAddress.getLoopbackAddress(),
                subject.isEmpty() ? "" : "inference-proxy",
                subject,
                status,
                code,
                reason,
                outcome,
                new StageTimes(12_345_678, 100_000, 20_000, 300_000, 50_000, 11_000_000),
                17,
                2_000,
                "127.0.0.1:8000",
                upstreamStatus,
                "4bf92f3577b34da6a3ce929d0e0e4736",
                failure);
    }
}
