package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.units.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A limiter over counters of a test, on one I/O thread whose time the test advances; upkeep is done when it says so. */
final class SharedHarness implements AutoCloseable {

    final StepScheduler io = new StepScheduler();
    final SharedLimits limits;
    final RateLimiter limiter;
    final List<String> observed = new ArrayList<>();
    private final List<LimitPolicy> policies;

    SharedHarness(SharedCounters counters, OnFailure onFailure, LimitPolicyOptions options) {
        this(counters, onFailure, Map.of("p", options));
    }

    SharedHarness(SharedCounters counters, OnFailure onFailure, Map<String, LimitPolicyOptions> options) {
        LimitObserver observer = (window, outcome) -> observed.add(window + " " + outcome);
        this.policies = LimitPolicies.of(options, io, observer).policies().values().stream()
                .flatMap(List::stream)
                .toList();
        RedisOptions redis = RedisOptions.DEFAULT.withUrl("redis://redis").withOnFailure(onFailure);
        this.limits = SharedLimits.unattended(policies, counters, redis, io, nanos -> {});
        List<RoutePolicy> onRoute =
                policies.stream().map(each -> new RoutePolicy(each, 1, true)).toList();
        LocalRateLimiter local = new LocalRateLimiter(
                onRoute, limits.state().keys(), limits.clock(), observer, () -> false, Optional::empty);
        this.limiter = new SharedRateLimiter(local, onRoute, limits, observer, Optional::empty);
    }

    static LimitPolicyOptions windows(String windows) {
        return LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows));
    }

    static LimitPolicyOptions atOnce(int calls) {
        return LimitPolicyOptions.DEFAULT.withAtOnce(calls).withWindows(List.of());
    }

    ProxyCall alice() {
        return ContentCall.by("i", "alice").call(io);
    }

    /** A call that waits for its decision. */
    CompletableFuture<LimitDecision> pending(ProxyCall call) {
        LimitDecision decision = limiter.tryAcquire(call);
        assertThat(decision).isInstanceOf(LimitDecision.Pending.class);
        return ((LimitDecision.Pending) decision).decided().toCompletableFuture();
    }

    static Charge admitted(LimitDecision decision) {
        assertThat(decision).isInstanceOf(LimitDecision.Admitted.class);
        return ((LimitDecision.Admitted) decision).charge();
    }

    /** How many of so many calls are admitted at once, without waiting for anybody. */
    int admitted(int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += limiter.tryAcquire(alice()) instanceof LimitDecision.Admitted ? 1 : 0;
        }
        return admitted;
    }

    /** What its answer says of counting without the others. */
    static List<String> degraded(ProxyCall call) {
        return call.changed(ProxyResponse.empty(200)).headers().all("X-RateLimit-Degraded");
    }

    /** Calls that are counted as under way here, or asked for. */
    List<Long> held() {
        List<Long> counts = new ArrayList<>();
        policies.forEach(each -> limits.of(each).held().tell((key, count) -> counts.add(count)));
        return counts;
    }

    @Override
    public void close() {
        limits.close();
    }
}
