package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class LimitConcurrencyTest {

    private static final int THREADS = 16;

    private final ManualTicker ticker = new ManualTicker();

    /** Makes the calls from many threads at once and returns the decisions. */
    private static List<LimitDecision> all(int calls, IntFunction<LimitDecision> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch together = new CountDownLatch(THREADS);
            List<Callable<List<LimitDecision>>> tasks = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread;
                tasks.add(() -> {
                    together.countDown();
                    together.await();
                    List<LimitDecision> decisions = new ArrayList<>();
                    for (int i = first; i < calls; i += THREADS) {
                        decisions.add(call.apply(i));
                    }
                    return decisions;
                });
            }
            List<LimitDecision> decisions = new ArrayList<>();
            for (Future<List<LimitDecision>> future : threads.invokeAll(tasks)) {
                decisions.addAll(future.get());
            }
            return decisions;
        } finally {
            threads.shutdownNow();
        }
    }

    private static long admitted(List<LimitDecision> decisions) {
        return decisions.stream()
                .filter(LimitDecision.Admitted.class::isInstance)
                .count();
    }

    private LimitPolicies policies(LimitPolicyOptions perUser, LimitPolicyOptions global) {
        Map<String, LimitPolicyOptions> options = new LinkedHashMap<>();
        options.put("per-user", perUser);
        options.put("global", global);
        return LimitPolicies.of(options, ticker, LimitObserver.NONE);
    }

    private static LimitPolicyOptions windows(LimitKey key, String windows) {
        return LimitPolicyOptions.DEFAULT.withKey(key).withWindows(Window.parseAll(windows));
    }

    @Test
    void ofAThousandParallelCallsExactlyFiftyAreAdmittedInEachHour() throws Exception {
        RateLimiter limiter = policies(
                        windows(LimitKey.USER, "50 per hour; 200 per day"), windows(LimitKey.GLOBAL, "1000 per hour"))
                .limiter();
        for (int hour = 0; hour < 6; hour++) {
            List<LimitDecision> decisions = all(
                    1_000, i -> limiter.tryAcquire(ContentCall.by("i", "alice").call()));

            assertThat(admitted(decisions)).as("hour %d", hour).isEqualTo(hour < 4 ? 50 : 0);
            ticker.advance(Duration.ofHours(1));
        }
    }

    @Test
    void crossingPoliciesNeitherLoseAPermitNorWaitForEachOther() throws Exception {
        LimitPolicies shared =
                policies(windows(LimitKey.USER, "100 per hour"), windows(LimitKey.GLOBAL, "250 per hour"));
        RateLimiter one = shared.limiter("r", List.of("per-user", "global"));
        RateLimiter other = shared.limiter("r", List.of("global", "per-user"));

        List<LimitDecision> decisions = all(
                4_000,
                i -> (i % 3 == 0 ? one : other)
                        .tryAcquire(ContentCall.by("i", "user-" + i % 4).call()));

        assertThat(admitted(decisions)).isEqualTo(250);
        long left = 0;
        for (int user = 0; user < 4; user++) {
            left += one.peek(ContentCall.by("i", "user-" + user).call()).get(0).remaining();
        }
        assertThat(left).as("of 400 for the users").isEqualTo(150);
    }

    @Test
    void chargesGivenBackInParallelAreAllThereAgain() throws Exception {
        RateLimiter limiter = policies(windows(LimitKey.USER, "50 per hour"), windows(LimitKey.GLOBAL, "90 per hour"))
                .limiter();

        List<LimitDecision> decisions = all(2_000, i -> {
            LimitDecision decision =
                    limiter.tryAcquire(ContentCall.by("i", "user-" + i % 2).call());
            if (decision instanceof LimitDecision.Admitted admitted) {
                admitted.charge().giveBack();
            }
            return decision;
        });

        assertThat(admitted(decisions)).isPositive();
        assertThat(limiter.peek(ContentCall.by("i", "user-0").call()))
                .extracting(WindowStatus::remaining)
                .containsExactly(50L, 90L);
    }

    @Test
    void manyFirstCallsOfOneCallerForTheLastPlaceAreCountedTogether() throws Exception {
        for (int round = 0; round < 50; round++) {
            RateLimiter limiter = policies(
                            windows(LimitKey.USER, "5 per hour").withMaxKeys(1),
                            windows(LimitKey.GLOBAL, "1000 per hour"))
                    .limiter();

            List<LimitDecision> decisions =
                    all(64, i -> limiter.tryAcquire(ContentCall.by("i", "alice").call()));

            assertThat(admitted(decisions)).isEqualTo(5);
        }
    }

    @Test
    void evictionInParallelNeverForgetsACharge() throws Exception {
        RateLimiter limiter = policies(
                        windows(LimitKey.USER, "3 per hour").withMaxKeys(64),
                        windows(LimitKey.GLOBAL, "100000 per hour"))
                .limiter();

        List<LimitDecision> decisions = all(
                6_000,
                i -> limiter.tryAcquire(
                        ContentCall.by("i", i % 2 == 0 ? "alice" : "user-" + i).call()));

        // 64 callers of their own with 3 calls each, and 3 for all that share the overflow.
        assertThat(admitted(decisions)).isLessThanOrEqualTo(64 * 3 + 3).isGreaterThan(64);
    }
}
