package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class LimitFilterTest {

    private static final ProxyHandler OK = call -> CompletableFuture.completedFuture(ProxyResponse.empty(200));

    private final ManualTicker ticker = new ManualTicker();
    private final RateLimiter limiter = LimitPolicies.of(
                    Map.of(
                            "per-user",
                            LimitPolicyOptions.DEFAULT.withWindows(
                                    List.of(Window.parse("2 per hour"), Window.parse("5 per day")))),
                    ticker,
                    LimitObserver.NONE)
            .limiter();
    private final LimitFilter filter = new LimitFilter(limiter);

    private static ProxyCall alice() {
        return ContentCall.by("i", "alice").call();
    }

    private ProxyResponse answer(ProxyCall call, ProxyHandler next) {
        return call.changed(filter.filter(call, next).toCompletableFuture().join());
    }

    private static ProxyHandler problem(ProblemType type) {
        return call -> Problem.of(type).toAnswer(call);
    }

    private long hourRemaining() {
        return limiter.peek(alice()).get(0).remaining();
    }

    @Test
    void anAdmittedCallGoesOnAndItsAnswerTellsHowTheLimitsStand() {
        ProxyCall call = alice();

        ProxyResponse response = answer(call, OK);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("RateLimit"))
                .hasValue("\"per-user-hour\";r=1;t=3600, \"per-user-day\";r=4;t=86400");
        assertThat(call.trace().nanosTo(CallTrace.Mark.ADMITTED)).isPositive();
    }

    @Test
    void theFieldsStandInPlaceOfTheUpstreamsOwn() {
        Headers upstream = Headers.of(
                "x-ratelimit-limit",
                "9",
                "ratelimit",
                "\"theirs\";r=1",
                "RateLimit-Policy",
                "x",
                "RateLimit-Policy",
                "y",
                "X-Other",
                "kept");

        ProxyResponse response = answer(
                alice(), call -> CompletableFuture.completedFuture(ProxyResponse.of(200, upstream, Body.empty())));

        assertThat(response.headers().all("X-RateLimit-Limit")).containsExactly("2");
        assertThat(response.headers().all("RateLimit"))
                .containsExactly("\"per-user-hour\";r=1;t=3600, \"per-user-day\";r=4;t=86400");
        assertThat(response.headers().all("RateLimit-Policy"))
                .containsExactly("\"per-user-hour\";q=2;w=3600, \"per-user-day\";q=5;w=86400");
        assertThat(response.headers().first("X-Other")).hasValue("kept");
    }

    @ParameterizedTest
    @CsvSource({
        "1 at once, 'The quota of 1 call at once (p-at-once) is used up. Retry in 1 s.'",
        "2 at once, 'The quota of 2 calls at once (p-at-once) is used up. Retry in 1 s.'",
        "1 per hour, 'The quota of 1 call in 3600 s (p-hour) is used up. Retry in 3600 s.'",
    })
    void aRefusalSaysHowManyCallsItIsThatAreAdmitted(String limit, String detail) {
        RateLimiter few = LimitPolicies.of(
                        Map.of("p", LimitPolicyOptions.DEFAULT.withLimits(limit)), ticker, LimitObserver.NONE)
                .limiter();
        while (few.tryAcquire(alice()) instanceof LimitDecision.Admitted) {
            // as many as there may be
        }

        ProxyResponse refused =
                new LimitFilter(few).filter(alice(), OK).toCompletableFuture().join();

        assertThat(body(refused)).contains(detail);
    }

    @Test
    void aCallOverTheLimitIsRefusedAndGoesNoFurther() {
        AtomicInteger passed = new AtomicInteger();
        ProxyHandler next = call -> {
            passed.incrementAndGet();
            return OK.handle(call);
        };
        answer(alice(), next);
        answer(alice(), next);
        ticker.advance(Duration.ofMillis(500));
        ProxyCall call = alice();

        ProxyResponse response = answer(call, next);

        assertThat(passed).hasValue(2);
        assertThat(response.status()).isEqualTo(429);
        assertThat(response.headers().first("Content-Type")).hasValue("application/problem+json");
        assertThat(response.headers().first("Retry-After")).hasValue("3600");
        assertThat(response.headers().first("RateLimit"))
                .hasValue("\"per-user-hour\";r=0;t=3600, \"per-user-day\";r=3;t=86400");
        assertThat(response.headers().first("X-RateLimit-Remaining")).hasValue("0");
        assertThat(body(response))
                .contains("\"code\":\"rate-limited\"")
                .contains("\"violated-policies\":[\"per-user-hour\"]")
                .contains("\"detail\":\"The quota of 2 calls in 3600 s (per-user-hour) is used up. Retry in 3600 s.\"");
        assertThat(call.trace().problem()).isEqualTo("rate-limited");
        assertThat(call.trace().nanosTo(CallTrace.Mark.ADMITTED)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProblemType.class,
            names = {
                "UPSTREAM_UNREACHABLE",
                "UPSTREAM_PROTOCOL_ERROR",
                "OVERLOADED",
                "DRAINING",
                "UPSTREAM_UNAVAILABLE",
                "UPSTREAM_TIMEOUT"
            })
    void aCallThatGotNoAnswerIsGivenBackAndTheFieldsSaySo(ProblemType type) {
        ProxyResponse response = answer(alice(), problem(type));

        assertThat(response.status()).isEqualTo(type.status());
        assertThat(hourRemaining()).isEqualTo(2);
        assertThat(response.headers().first("RateLimit"))
                .hasValue("\"per-user-hour\";r=2;t=3600, \"per-user-day\";r=5;t=86400");
    }

    @ParameterizedTest
    @EnumSource(
            value = ProblemType.class,
            mode = Mode.EXCLUDE,
            names = {
                "UPSTREAM_UNREACHABLE",
                "UPSTREAM_PROTOCOL_ERROR",
                "OVERLOADED",
                "DRAINING",
                "UPSTREAM_UNAVAILABLE",
                "UPSTREAM_TIMEOUT"
            })
    void aCallRefusedForAnotherReasonStaysCharged(ProblemType type) {
        ProxyResponse response = answer(alice(), problem(type));

        assertThat(hourRemaining()).isEqualTo(1);
        assertThat(response.headers().first("X-RateLimit-Remaining")).hasValue("1");
    }

    @Test
    void anUpstreamsOwn503StaysCharged() {
        answer(alice(), call -> CompletableFuture.completedFuture(ProxyResponse.empty(503)));

        assertThat(hourRemaining()).isEqualTo(1);
    }

    @Test
    void aSurpriseStaysChargedAndPassesOn() {
        CompletableFuture<ProxyResponse> stage = filter.filter(
                        alice(), call -> CompletableFuture.failedFuture(new IllegalStateException("surprise")))
                .toCompletableFuture();

        assertThat(stage).isCompletedExceptionally();
        assertThat(hourRemaining()).isEqualTo(1);
    }

    private static String body(ProxyResponse response) {
        byte[] bytes = BodyCollector.collect(response.body(), 10_000)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
