package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.testing.ArrivedCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ObserveFilterTest {

    private final ArrivedCall arrivals = new ArrivedCall();
    private final List<CallReport> reports = new ArrayList<>();
    private final ObserveFilter filter = new ObserveFilter(this::ended);
    private final ProxyCall call = arrivals.of("id-7", "POST", "/api/inference");

    private void ended(CallTrace trace) {
        reports.add(CallReport.of(trace, ArrivedCall.ARRIVAL.plusNanos(trace.startNanos())));
    }

    private static ProxyHandler answering(ProxyResponse response) {
        return call -> CompletableFuture.completedFuture(response);
    }

    @Test
    void theAnswerHasTheIdentifierOfTheCallInPlaceOfTheUpstreams() {
        ProxyResponse upstreams = ProxyResponse.empty(200)
                .withHeaders(Headers.of("x-request-id", "theirs", "X-Request-ID", "too", "Server", "model"));

        ProxyResponse answer =
                filter.filter(call, answering(upstreams)).toCompletableFuture().join();

        assertThat(answer.headers().all("X-Request-Id")).containsExactly("id-7");
        assertThat(answer.headers().first("Server")).contains("model");
    }

    @Test
    void aCallIsReportedOnceWhenItEnds() {
        filter.filter(call, answering(ProxyResponse.empty(204)));
        assertThat(reports).isEmpty();

        call.end(CallEnd.COMPLETED);
        call.end(CallEnd.BROKEN_OFF);

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.id()).isEqualTo("id-7");
            assertThat(report.status()).isEqualTo(204);
            assertThat(report.outcome()).isEqualTo(CallEnd.COMPLETED);
            assertThat(report.time()).isEqualTo(ArrivedCall.ARRIVAL);
            assertThat(report.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(report.client().isLoopbackAddress()).isTrue();
        });
    }

    @Test
    void whatOnlyInnerCopiesOfTheCallKnowIsInTheReport() {
        Caller.Identified alice =
                new Caller.Identified("https://id.example", true, "alice", Set.of(), Set.of(), Instant.MAX);

        filter.filter(
                call,
                outer -> Problem.of(ProblemType.RATE_LIMITED)
                        .withReason("per-user")
                        .toAnswer(outer.withRoute("inference", ApiStyle.NATIVE).withCaller(alice)));
        call.end(CallEnd.COMPLETED);

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.route()).isEqualTo("inference");
            assertThat(report.issuer()).isEqualTo("https://id.example");
            assertThat(report.subject()).isEqualTo("alice");
            assertThat(report.code()).isEqualTo("rate-limited");
            assertThat(report.reason()).isEqualTo("per-user");
        });
    }

    @Test
    void eachStageHasItsOwnTime() {
        Mark[] marks = {Mark.AUTHENTICATED, Mark.ADMITTED, Mark.VALIDATED, Mark.UPSTREAM_SENT, Mark.UPSTREAM_ANSWERED};
        filter.filter(call, inner -> {
            for (int i = 0; i < marks.length; i++) {
                arrivals.advance(Duration.ofMillis(i + 1));
                inner.trace().mark(marks[i]);
            }
            return CompletableFuture.completedFuture(ProxyResponse.empty(200));
        });
        arrivals.advance(Duration.ofMillis(7));
        call.end(CallEnd.COMPLETED);

        assertThat(reports.get(0).times())
                .isEqualTo(new StageTimes(22_000_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000));
    }

    @Test
    void anUpstreamThatNeverAnsweredIsTimedUntilTheEnd() {
        filter.filter(call, inner -> {
            arrivals.advance(Duration.ofMillis(1));
            inner.trace().mark(Mark.UPSTREAM_SENT);
            arrivals.advance(Duration.ofMillis(30));
            return Problem.of(ProblemType.UPSTREAM_TIMEOUT).toAnswer(inner);
        });
        call.end(CallEnd.COMPLETED);

        assertThat(reports.get(0).times()).isEqualTo(new StageTimes(31_000_000, 0, 0, 0, 1_000_000, 30_000_000));
    }

    @Test
    void aCallThatEndsBeforeItsAnswerIsReportedWithoutAStatus() {
        filter.filter(call, inner -> new CompletableFuture<>());

        call.end(CallEnd.CLIENT_GONE);

        assertThat(reports.get(0).status()).isZero();
        assertThat(reports.get(0).outcome()).isEqualTo(CallEnd.CLIENT_GONE);
    }

    @Test
    void aFailedStageIsPassedOnAndReported() {
        IllegalStateException surprise = new IllegalStateException("surprise");

        CompletableFuture<ProxyResponse> answer = filter.filter(call, inner -> CompletableFuture.failedFuture(surprise))
                .toCompletableFuture();
        call.end(CallEnd.BROKEN_OFF);

        assertThatThrownBy(answer::join).hasCause(surprise);
        assertThat(reports.get(0).failure()).isSameAs(surprise);
    }

    @Test
    void aThrowingHandlerIsReported() {
        IllegalStateException surprise = new IllegalStateException("surprise");

        assertThatThrownBy(() -> filter.filter(call, inner -> {
                    throw surprise;
                }))
                .isSameAs(surprise);
        call.end(CallEnd.BROKEN_OFF);

        assertThat(reports.get(0).failure()).isSameAs(surprise);
        assertThat(filter.active()).isZero();
    }

    @Test
    void callsAreCountedFromArrivalToTheEnd() {
        filter.filter(call, answering(ProxyResponse.empty(200)));
        filter.filter(arrivals.of("id-8", "GET", "/"), inner -> new CompletableFuture<>());
        assertThat(filter.active()).isEqualTo(2);

        call.end(CallEnd.COMPLETED);

        assertThat(filter.active()).isEqualTo(1);
    }

    @Test
    void whatIsNotedAfterTheEndDoesNotCount() {
        filter.filter(call, answering(ProxyResponse.empty(200)));
        call.end(CallEnd.CLIENT_GONE);

        call.trace().refused("malformed-json", "found too late");
        call.trace().failed(new IllegalStateException("too late"));
        call.trace().responseBytes(17);
        arrivals.advance(Duration.ofSeconds(1));

        ended(call.trace());
        assertThat(reports.get(1)).isEqualTo(reports.get(0));
    }
}
