package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Routes with a policy that must know the content: all policies decide together when it has passed its checks, and calls that do
 * not come so far are charged by the others alone.
 *
 * <p>It is over 300 lines because each way in which such a call may end has its test.
 */
class ContentLimitsTest {

    private static final String ROUTE = "inference";
    private static final ProxyFilter FINE = (call, next) -> next.handle(call);
    private static final ProxyHandler OK = call -> CompletableFuture.completedFuture(ProxyResponse.empty(200));

    private final ManualTicker ticker = new ManualTicker();
    private final Map<String, LimitPolicyOptions> options = new LinkedHashMap<>();
    private final List<String> observed = new ArrayList<>();
    private LimitPolicies limits = LimitPolicies.of(Map.of(), ticker, LimitObserver.NONE);

    private static LimitPolicyOptions windows(String windows) {
        return LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows));
    }

    private static LimitPolicyOptions perModel(String windows) {
        return windows(windows).withKey(LimitKey.MODEL);
    }

    private void limits(LimitObserver observer) {
        limits = LimitPolicies.of(options, ticker, observer);
    }

    private void limits(LimitPolicyOptions perUser, LimitPolicyOptions perModel) {
        options.put("per-user", perUser);
        options.put("per-model", perModel);
        limits((window, outcome) -> observed.add(window + " " + outcome));
    }

    /** The route, with these checks of the content. */
    private ProxyHandler route(ProxyFilter checks) {
        LimitedCallers callers = new LimitedCallers();
        return ProxyFilter.chain(
                List.of(
                        new RecoverFilter(),
                        new EarlyLimitFilter(limits, ROUTE, limits.names(), callers),
                        checks,
                        new ContentLimitFilter(limits.wholeLimiter(ROUTE, limits.names()), Runnable::run, callers)),
                OK);
    }

    private static ProxyCall call(String user, String model) {
        return ContentCall.json("{\"model\":\"" + model + "\"}")
                .withCaller("i", user)
                .call();
    }

    private ProxyResponse answer(ProxyFilter checks, ProxyCall call) {
        ProxyResponse answer = route(checks).handle(call).toCompletableFuture().join();
        call.end(CallEnd.COMPLETED);
        return answer;
    }

    private ProxyResponse answer(String user, String model) {
        return answer(FINE, call(user, model));
    }

    private static ProxyFilter refusing(ProblemType type) {
        return (call, next) -> Problem.of(type).toAnswer(call);
    }

    private static String rateLimit(ProxyResponse response) {
        return response.headers().first("RateLimit").orElse("");
    }

    private static String body(ProxyResponse response) {
        byte[] bytes = BodyCollector.collect(response.body(), 10_000)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long left(String user) {
        return limits.limiter(ROUTE, List.of("per-user"))
                .peek(call(user, ""))
                .get(0)
                .remaining();
    }

    @Test
    void allWindowsAreToldInTheOrderOfThePolicies() {
        options.put("per-model", perModel("9 per hour"));
        options.put("gentle", LimitPolicyOptions.DEFAULT.withAtOnce(2).withWindows(List.of()));
        options.put("per-user", windows("5 per hour"));
        limits(LimitObserver.NONE);

        assertThat(rateLimit(answer("alice", "small")))
                .isEqualTo("\"per-model-hour\";r=8;t=3600, \"gentle-at-once\";r=1;t=1, \"per-user-hour\";r=4;t=3600");
        assertThat(rateLimit(answer(refusing(ProblemType.MALFORMED_JSON), call("alice", "small"))))
                .as("of the model nothing is known")
                .isEqualTo("\"gentle-at-once\";r=2;t=0, \"per-user-hour\";r=3;t=3600");
    }

    @Test
    void aRefusalNamesTheWindowsOfAllPoliciesAndTheLongestWait() {
        limits(windows("1 per hour"), perModel("1 per day"));

        ProxyResponse refused = answer(
                (call, next) -> {
                    answer("alice", "small"); // while the content of the first one comes in
                    return next.handle(call);
                },
                call("alice", "small"));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(body(refused)).contains("\"violated-policies\":[\"per-user-hour\",\"per-model-day\"]");
        assertThat(refused.headers().first("Retry-After")).hasValue("86400");
        assertThat(rateLimit(refused)).isEqualTo("\"per-user-hour\";r=0;t=3600, \"per-model-day\";r=0;t=86400");
        assertThat(observed)
                .containsExactly(
                        "per-user-hour ADMITTED",
                        "per-model-day ADMITTED",
                        "per-user-hour REFUSED",
                        "per-model-day REFUSED");
    }

    @Test
    void whoHasUsedUpAQuotaIsRefusedBeforeTheContentIsRead() {
        limits(windows("2 per hour").withRouteCosts(Map.of(ROUTE, 2L)), perModel("9 per hour"));
        answer("alice", "small");
        ticker.advance(Duration.ofMinutes(10));
        AtomicInteger read = new AtomicInteger();
        ProxyFilter reading = (call, next) -> {
            read.incrementAndGet();
            return next.handle(call);
        };

        ProxyResponse refused = answer(reading, call("alice", "small"));

        assertThat(read).hasValue(0);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().first("Retry-After")).hasValue("3000");
        assertThat(body(refused)).contains("\"violated-policies\":[\"per-user-hour\"]");
        assertThat(rateLimit(refused)).isEqualTo("\"per-user-hour\";r=0;t=3000");
        assertThat(observed).endsWith("per-user-hour REFUSED");
        ticker.advance(Duration.ofMinutes(50));
        assertThat(answer(reading, call("alice", "small")).status())
                .as("after the wait")
                .isEqualTo(200);
    }

    @Test
    void lessThanACallCostsIsNotEnoughAndTheWaitIsForAllOfIt() {
        limits(windows("5 per hour").withRouteCosts(Map.of(ROUTE, 2L)), perModel("9 per hour"));
        answer("alice", "small");
        ticker.advance(Duration.ofMinutes(10));
        answer("alice", "small");

        ProxyResponse refused = answer(refusing(ProblemType.MALFORMED_JSON), call("alice", "small"));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().first("Retry-After")).hasValue("3000");
        assertThat(left("alice")).isEqualTo(1);
    }

    @Test
    void aLookBeforeTheContentChargesNothingAndRemembersNobody() {
        limits(windows("1 per hour"), perModel("1 per hour"));
        RateLimiter whole = limits.wholeLimiter(ROUTE, limits.names());

        for (int i = 0; i < 3; i++) {
            assertThat(whole.foresee(call("alice", ""))).isSameAs(LimitDecision.UNLIMITED);
        }

        assertThat(left("alice")).isEqualTo(1);
        assertThat(limits.policies().values())
                .allSatisfy(parts -> assertThat(parts.get(0).table().size()).isZero());
        assertThat(observed).isEmpty();
    }

    @Test
    void refusedContentIsChargedOnce() {
        limits(windows("5 per hour"), perModel("1 per hour"));

        ProxyResponse refused = answer(refusing(ProblemType.SCHEMA_VIOLATION), call("alice", "small"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(rateLimit(refused)).isEqualTo("\"per-user-hour\";r=4;t=3600");
        assertThat(left("alice")).isEqualTo(4);
        assertThat(answer("alice", "small").status()).as("no model was charged").isEqualTo(200);
    }

    @Test
    void refusedContentIsNotChargedAtAllWhereThePolicySaysSo() {
        options.put("strict", windows("2 per day"));
        limits(windows("5 per hour").withGiveBack(Set.of(GiveBack.REFUSED_CONTENT)), perModel("1 per hour"));

        ProxyResponse refused = answer(refusing(ProblemType.MALFORMED_JSON), call("alice", "small"));

        assertThat(rateLimit(refused)).isEqualTo("\"strict-day\";r=1;t=86400, \"per-user-hour\";r=5;t=3600");
        assertThat(observed).containsExactly("strict-day ADMITTED");
    }

    @Test
    void refusedContentIsNotChargedWhereNothingIsLeftByThen() {
        limits(windows("1 per hour"), perModel("9 per hour"));

        ProxyResponse refused = answer(
                (call, next) -> {
                    answer("alice", "small");
                    return refusing(ProblemType.MALFORMED_JSON).filter(call, next);
                },
                call("alice", "small"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(rateLimit(refused)).isEqualTo("\"per-user-hour\";r=0;t=3600");
    }

    @ParameterizedTest
    @EnumSource(
            value = ProblemType.class,
            names = {"OVERLOADED", "DRAINING"})
    void whatTheProxyHasNoRoomForIsNotCharged(ProblemType type) {
        limits(windows("5 per hour").withGiveBack(Set.of()), perModel("1 per hour"));

        ProxyResponse refused = answer(refusing(type), call("alice", "small"));

        assertThat(refused.status()).isEqualTo(503);
        assertThat(rateLimit(refused)).isEqualTo("\"per-user-hour\";r=5;t=3600");
        assertThat(observed).isEmpty();
    }

    @Test
    void contentThatNobodyHasTimeToReadIsNotChargedAndTheAnswerTellsTheWindows() {
        limits(windows("5 per hour"), perModel("1 per hour"));
        ProxyHandler busy = ProxyFilter.chain(
                List.of(
                        new RecoverFilter(),
                        new EarlyLimitFilter(limits, ROUTE, limits.names(), new LimitedCallers()),
                        new ContentLimitFilter(
                                limits.wholeLimiter(ROUTE, limits.names()),
                                task -> {
                                    throw new RejectedExecutionException();
                                },
                                new LimitedCallers())),
                OK);
        ProxyCall call = call("alice", "x".repeat(100_000));

        ProxyResponse refused = busy.handle(call).toCompletableFuture().join();
        call.end(CallEnd.COMPLETED);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(rateLimit(refused)).isEqualTo("\"per-user-hour\";r=5;t=3600");
    }

    @Test
    void aSurpriseIsChargedOnceAndToldToo() {
        limits(windows("5 per hour"), perModel("1 per hour"));

        ProxyResponse surprise = answer(
                (call, next) -> CompletableFuture.failedFuture(new IllegalStateException("surprise")),
                call("alice", "small"));

        assertThat(surprise.status()).isEqualTo(500);
        assertThat(rateLimit(surprise)).isEqualTo("\"per-user-hour\";r=4;t=3600");
        assertThat(left("alice")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"UPSTREAM_FAILURE, CLIENT_GONE, 4", "CANCELLED, CLIENT_GONE, 5", "CANCELLED, BROKEN_OFF, 4"})
    void whoLeavesBeforeTheContentIsHereIsChargedOnceOrAsThePolicySays(GiveBack givenBack, CallEnd end, long left) {
        limits(windows("5 per hour").withGiveBack(Set.of(givenBack)), perModel("1 per hour"));
        List<Runnable> arrivals = new ArrayList<>();
        ProxyCall call = call("alice", "small");
        CompletableFuture<ProxyResponse> answer = route((coming, next) -> {
                    CompletableFuture<ProxyResponse> later = new CompletableFuture<>();
                    arrivals.add(
                            () -> next.handle(coming).whenComplete((response, failure) -> later.complete(response)));
                    return later;
                })
                .handle(call)
                .toCompletableFuture();
        assertThat(left("alice")).as("not yet").isEqualTo(5);

        call.end(end);

        assertThat(left("alice")).isEqualTo(left);
        assertThat(observed).as("not charged and given back").hasSize((int) (5 - left));
        arrivals.get(0).run(); // a worker may have had it in hand
        assertThat(answer).isCompleted();
        assertThat(left("alice")).as("still").isEqualTo(left);
        assertThat(answer("bob", "small").status()).as("no model was charged").isEqualTo(200);
    }

    @Test
    void bytesOfRefusedContentAreSettledAtTheEnd() {
        LimitPolicyOptions bytes = windows("1000 per hour").withCost(LimitCost.parse("body-bytes"));
        limits(bytes, perModel("1 per hour"));
        ProxyCall call = call("alice", "small");
        route(refusing(ProblemType.MALFORMED_JSON))
                .handle(call)
                .toCompletableFuture()
                .join();
        assertThat(left("alice")).isEqualTo(1_000 - "{\"model\":\"small\"}".length());
        call.trace().requestBytes(7);

        call.end(CallEnd.COMPLETED);

        assertThat(left("alice")).isEqualTo(993);
    }

    @Test
    void aPolicyThatOnlyWatchesSeesRefusedContentToo() {
        options.put("watch", windows("1 per day").withMode(PolicyMode.SHADOW));
        limits(windows("5 per hour"), perModel("1 per hour"));

        answer(refusing(ProblemType.MALFORMED_JSON), call("alice", "small"));
        answer("alice", "small");

        assertThat(observed)
                .containsExactly(
                        "per-user-hour ADMITTED",
                        "watch-day SHADOW_ADMITTED",
                        "per-user-hour ADMITTED",
                        "per-model-hour ADMITTED",
                        "watch-day SHADOW_REFUSED");
    }

    @Test
    void callsAtOnceAreCountedFromWhenTheContentIsHere() {
        options.put("gentle", LimitPolicyOptions.DEFAULT.withAtOnce(1).withWindows(List.of()));
        limits(windows("5 per hour"), perModel("5 per hour"));

        ProxyResponse outer = answer(
                (call, next) -> {
                    assertThat(answer("alice", "small").status()).isEqualTo(200);
                    return next.handle(call);
                },
                call("alice", "small"));

        assertThat(outer.status()).isEqualTo(200);
        assertThat(rateLimit(answer("alice", "small"))).as("nothing is held").startsWith("\"gentle-at-once\";r=0;");
    }

    @Test
    void callsUnderWayAreNoReasonToRefuseBeforeTheContentIsHereNorToChargeLess() {
        options.put("gentle", LimitPolicyOptions.DEFAULT.withAtOnce(1).withWindows(List.of()));
        limits(windows("5 per hour"), perModel("5 per hour"));
        ProxyCall holder = call("alice", "small");
        route(FINE).handle(holder).toCompletableFuture().join();

        ProxyResponse malformed = answer(refusing(ProblemType.MALFORMED_JSON), call("alice", "small"));

        assertThat(malformed.status()).isEqualTo(400);
        assertThat(rateLimit(malformed)).startsWith("\"gentle-at-once\";r=0;").contains("\"per-user-hour\";r=3;");
        assertThat(answer("alice", "small").status()).as("with the content").isEqualTo(429);
        holder.end(CallEnd.COMPLETED);
        assertThat(answer("alice", "small").status()).as("when it has ended").isEqualTo(200);
    }

    /** As often as that, so that calls meet in the middle. */
    @Test
    void whatTheContentRefusesTakesNothingFromCallsAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 300; round++) {
                options.put("per-user", windows("4 per hour"));
                options.put("per-model", perModel("2 per hour"));
                limits(LimitObserver.NONE);
                answer("bob", "spent");
                answer("bob", "spent");
                ProxyHandler route = route(FINE);
                CyclicBarrier together = new CyclicBarrier(8);
                List<Callable<Integer>> calls = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    String model = i % 2 == 0 ? "spent" : "fresh-" + i / 4;
                    ProxyCall call = call("alice", model);
                    calls.add(() -> {
                        together.await();
                        return route.handle(call).toCompletableFuture().join().status();
                    });
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> each : threads.invokeAll(calls)) {
                    statuses.add(each.get());
                }
                assertThat(statuses).as("round %d", round).containsExactly(429, 200, 429, 200, 429, 200, 429, 200);
                assertThat(left("alice")).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ofCallsAtTheSameTimeExactlyAsManyAreAdmittedAsBothPoliciesHave() throws Exception {
        limits(windows("50 per hour"), perModel("20 per hour"));
        limits(LimitObserver.NONE);
        ProxyHandler route = route(FINE);
        AtomicInteger admitted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                ProxyCall call = call("alice", "model-" + i % 4);
                calls.add(() -> route.handle(call).toCompletableFuture().join().status() == 200
                        ? admitted.incrementAndGet()
                        : 0);
            }
            for (Future<Integer> each : threads.invokeAll(calls)) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(admitted).hasValue(50);
        assertThat(left("alice")).isZero();
    }
}
