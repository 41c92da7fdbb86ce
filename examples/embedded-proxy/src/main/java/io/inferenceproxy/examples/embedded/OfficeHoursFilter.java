package io.inferenceproxy.examples.embedded;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.concurrent.CompletionStage;

/**
 * Lets calls through by day only: a rule of the house that no option could hold. It answers itself, with a problem like
 * all others, or passes the call on and adds a field to the answer.
 */
final class OfficeHoursFilter implements ProxyFilter {

    private static final LocalTime OPENS = LocalTime.of(8, 0);
    private static final LocalTime CLOSES = LocalTime.of(18, 0);

    private final Clock clock;

    OfficeHoursFilter(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        LocalTime now = LocalTime.now(clock);
        if (now.isBefore(OPENS) || !now.isBefore(CLOSES)) {
            return Problem.of(ProblemType.UPSTREAM_UNAVAILABLE, "The model sleeps from 18:00 to 8:00.")
                    .withRetryAfter(untilOpen(now))
                    .toAnswer(call);
        }
        return next.handle(call).thenApply(answer -> answer.withHeader("X-Open-Until", CLOSES.toString()));
    }

    private static Duration untilOpen(LocalTime now) {
        Duration wait = Duration.between(now, OPENS);
        return wait.isNegative() ? wait.plusDays(1) : wait;
    }
}
