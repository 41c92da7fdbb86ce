package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.testing.ArrivedCall;
import java.net.InetAddress;
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
