package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Routes with a policy that must know the content, over counters that several proxies share. */
class SharedContentLimitsTest {

    private static final String ROUTE = "inference";
    private static final RedisOptions OPTIONS = RedisOptions.DEFAULT.withUrl("redis://model");
    private static final ProxyHandler OK = call -> CompletableFuture.completedFuture(ProxyResponse.empty(200));
    private static final ProxyFilter MALFORMED =
            (call, next) -> Problem.of(ProblemType.MALFORMED_JSON).toAnswer(call);

    private final ManualTicker ticker = new ManualTicker();
    private final StepScheduler io = new StepScheduler();
    private final SharedModel model = new SharedModel(ticker);
    private final Map<String, LimitPolicyOptions> limits = new LinkedHashMap<>();
    private final AtomicInteger decided = new AtomicInteger();
    private final AtomicInteger read = new AtomicInteger();
    private final ProxyFilter reading = (call, next) -> {
        read.incrementAndGet();
        return next.handle(call);
    };
    private final List<Proxy> proxies = new ArrayList<>();

    /** One of the proxies that share the model. */
    private record Proxy(SharedModel.Connection connection, LimitPolicies policies) {

        CompletableFuture<ProxyResponse> answer(ProxyFilter checks, ProxyCall call) {
            RateLimiter whole = policies.wholeLimiter(ROUTE, policies.names());
            LimitedCallers callers = new LimitedCallers();
            return ProxyFilter.chain(
                            List.of(
                                    new RecoverFilter(),
                                    new EarlyLimitFilter(policies, ROUTE, policies.names(), callers),
                                    checks,
                                    new ContentLimitFilter(whole, Runnable::run, callers)),
                            OK)
                    .handle(call)
                    .toCompletableFuture();
        }
    }

    @AfterEach
    void close() {
        proxies.forEach(each -> each.connection.fast());
        proxies.forEach(each -> each.policies.sharing().orElseThrow().close());
        assertThat(io.timers()).as("timers").isZero();
    }

    private void limits(String perUser, String perModel) {
        limits.put("per-user", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(perUser)));
        limits.put(
                "per-model",
                LimitPolicyOptions.DEFAULT
                        .withWindows(Window.parseAll(perModel))
                        .withKey(LimitKey.MODEL));
    }

    private void giveBack(GiveBack reason) {
        limits.replaceAll((name, policy) -> policy.withGiveBack(Set.of(reason)));
    }

    private Proxy proxy() {
        return proxy(OPTIONS);
    }

    private Proxy proxy(RedisOptions options) {
        SharedModel.Connection connection = model.connect();
        Proxy made = new Proxy(
                connection,
                LimitPolicies.shared(
                        limits, ticker, LimitObserver.NONE, connection, options, nanos -> decided.incrementAndGet()));
        proxies.add(made);
        return made;
    }

    private ProxyCall alice(String which) {
        return ContentCall.json("{\"model\":\"" + which + "\"}")
                .withCaller("i", "alice")
                .call(io);
    }

    private int status(Proxy proxy, String which) {
        ProxyCall call = alice(which);
        CompletableFuture<ProxyResponse> answer = proxy.answer(reading, call);
        assertThat(answer).isCompleted();
        call.end(CallEnd.COMPLETED);
        return answer.join().status();
    }

    private static String rateLimit(ProxyResponse response) {
        return response.headers().first("RateLimit").orElse("");
    }

    @Test
    void eachDecisionIsOneRoundTrip() {
        limits("3 per hour", "2 per hour");
        Proxy proxy = proxy();

        assertThat(List.of(status(proxy, "small"), status(proxy, "small"), status(proxy, "small")))
                .containsExactly(200, 200, 429);
        assertThat(decided).hasValue(3);
        assertThat(List.of(status(proxy, "large"), status(proxy, "large"))).containsExactly(200, 429);

        assertThat(decided).hasValue(5);
        assertThat(model.asked(Verb.CHARGE)).isEqualTo(4);
        assertThat(model.asked(Verb.PEEK)).as("since nothing was left").isEqualTo(1);
        assertThat(model.asked(Verb.GIVE_BACK)).isZero();
        assertThat(read).as("contents").hasValue(4);
    }

    @Test
    void aProxyThatHasNotSeenTheLastChargeIsToldOfItAfterTheContentAndRemembersThat() {
        limits("1 per hour", "9 per hour");
        Proxy one = proxy();
        Proxy other = proxy();
        status(one, "small");

        assertThat(status(other, "small")).isEqualTo(429);
        assertThat(status(other, "small")).isEqualTo(429);

        assertThat(read).as("contents").hasValue(2);
    }

    @Test
    void whatCameBackElsewhereIsNotRefusedByWhatWasSeenBefore() {
        limits("1 per hour", "9 per hour");
        giveBack(GiveBack.UPSTREAM_FAILURE);
        Proxy one = proxy();
        Proxy other = proxy();
        ProxyCall unlucky = alice("small");
        LimitDecision decision =
                one.policies.wholeLimiter(ROUTE, limits.keySet()).tryAcquire(unlucky, CallContent.UNKNOWN);
        assertThat(status(other, "small")).isEqualTo(429);

        assertThat(decision)
                .isInstanceOfSatisfying(
                        LimitDecision.Admitted.class, each -> each.charge().giveBack(GiveBack.UPSTREAM_FAILURE));

        assertThat(status(other, "small")).isEqualTo(200);
    }

    @Test
    void aLookThatNobodyAnswersInTimeRefusesNobody() {
        limits("1 per hour", "9 per hour");
        Proxy proxy = proxy(OPTIONS.withOnFailure(RedisOptions.OnFailure.OPEN));
        status(proxy, "small");
        proxy.connection.slow();
        ProxyCall call = alice("small");
        CompletableFuture<ProxyResponse> answer = proxy.answer(reading, call);
        assertThat(read).as("contents while it is looked").hasValue(1);

        io.advance(OPTIONS.timeout());
        io.advance(OPTIONS.timeout());

        assertThat(answer).isCompleted();
        assertThat(answer.join().status()).as("as without the others").isEqualTo(200);
        call.end(CallEnd.COMPLETED);
    }

    @Test
    void withoutTheOthersNothingIsForeseen() {
        limits("1 per hour", "9 per hour");
        Proxy proxy = proxy(OPTIONS.withOnFailure(RedisOptions.OnFailure.OPEN));
        status(proxy, "small");
        proxy.connection.breaks();

        assertThat(status(proxy, "small")).as("the look fails").isEqualTo(200);
        assertThat(status(proxy, "small")).as("nobody looks").isEqualTo(200);
        assertThat(model.asked(Verb.PEEK)).isEqualTo(1);
    }

    @Test
    void theAnswerToRefusedContentWaitsForItsChargeAndTellsOfIt() {
        limits("5 per hour", "9 per hour");
        Proxy proxy = proxy();
        proxy.connection.slow();
        ProxyCall call = alice("small");

        CompletableFuture<ProxyResponse> answer = proxy.answer(MALFORMED, call);
        assertThat(answer).isNotDone();
        proxy.connection.pass();

        assertThat(answer).isCompleted();
        assertThat(rateLimit(answer.join())).isEqualTo("\"per-user-hour\";r=4;t=3600");
        call.end(CallEnd.COMPLETED);
        proxy.connection.passAll();
        assertThat(model.asked(Verb.CHARGE)).isEqualTo(1);
        assertThat(model.asked(Verb.GIVE_BACK)).isZero();
    }

    @Test
    void whoLeavesBeforeTheContentIsHereIsChargedOnce() {
        limits("5 per hour", "9 per hour");
        Proxy proxy = proxy();
        CompletableFuture<ProxyResponse> content = new CompletableFuture<>();
        ProxyCall call = alice("small");
        CompletableFuture<ProxyResponse> answer = proxy.answer((same, next) -> content, call);

        call.end(CallEnd.CLIENT_GONE);
        content.complete(ProxyResponse.empty(400));

        assertThat(answer).isCompleted();
        assertThat(model.asked(Verb.CHARGE)).isEqualTo(1);
        assertThat(model.asked(Verb.GIVE_BACK)).isZero();
    }

    @Test
    void whoLeavesWhileAllPoliciesDecideGetsItBackOnce() {
        limits("5 per hour", "9 per hour");
        giveBack(GiveBack.CANCELLED);
        Proxy proxy = proxy();
        proxy.connection.slow();
        ProxyCall call = alice("small");
        CompletableFuture<ProxyResponse> answer = proxy.answer(reading, call);

        call.end(CallEnd.CLIENT_GONE);
        proxy.connection.fast();

        assertThat(answer).isCompleted();
        assertThat(model.asked(Verb.CHARGE)).isEqualTo(1);
        assertThat(model.asked(Verb.GIVE_BACK)).as("one a policy").isEqualTo(2);
        assertThat(List.of(status(proxy, "small"), status(proxy, "small"))).containsExactly(200, 200);
    }

    @Test
    void whatASliceHoldsIsNotRefusedBeforeTheContentIsRead() {
        limits("60 per hour", "60 per hour");
        Proxy proxy = proxy(OPTIONS.withSlice(10).withSliceFor(Duration.ofSeconds(1)));
        int admitted = 0;
        for (int i = 0; i < 6; i++) {
            admitted += status(proxy, "small") == 200 ? 1 : 0;
        }
        while (status(proxy, "large") == 200) {
            admitted++;
        }
        int asked = model.asked(Verb.CHARGE);

        while (status(proxy, "small") == 200) {
            admitted++;
        }

        assertThat(admitted).isEqualTo(60);
        assertThat(model.asked(Verb.CHARGE))
                .as("to find that the slice is used up")
                .isEqualTo(asked + 1);
    }
}
