package io.inferenceproxy.bench;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A decision over two windows of a user. {@link LimitedUsers} has the memory, and the rate while users become more. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LimitBenchmark {

    /** A user among a thousand. */
    @Benchmark
    public LimitDecision amongAThousand(Thousand users) {
        return users.decide();
    }

    /** A user at random among a million. */
    @Benchmark
    public LimitDecision amongAMillion(Million users) {
        return users.decide();
    }

    /** A user whose quota is used up. */
    @Benchmark
    public LimitDecision overTheLimit(UsedUp users) {
        return users.decide();
    }

    /** A user under three policies of two windows: by user, by address and of all. */
    @Benchmark
    public LimitDecision ofThreePolicies(ThreePolicies users) {
        return users.decide();
    }

    /** Users of one limiter, and calls of them in no order. */
    public abstract static class Users {

        private final RateLimiter limiter;
        private final ProxyCall[] calls;
        private int next;

        Users(int count, String windows, LimitKey... keys) {
            Map<String, LimitPolicyOptions> policies = new LinkedHashMap<>();
            for (LimitKey key : keys) {
                policies.put(
                        "per-" + key,
                        LimitPolicyOptions.DEFAULT
                                .withKey(key)
                                .withWindows(Window.parseAll(windows))
                                .withMaxKeys(count));
            }
            limiter = LimitPolicies.of(policies, Ticker.system(), LimitObserver.NONE)
                    .limiter();
            ProxyCall call = Calls.post(Headers.empty(), new byte[0]);
            calls = new ProxyCall[count];
            for (int i = 0; i < count; i++) {
                // A step that has no factor in common with the count visits all, far from one another.
                int number = (int) (i * 7_368_787L % count);
                calls[i] = call.withCaller(Calls.user("user-" + (10_000_000 + number) + "@example.org"));
                limiter.tryAcquire(calls[i]);
            }
        }

        LimitDecision decide() {
            next = next + 1 == calls.length ? 0 : next + 1;
            return limiter.tryAcquire(calls[next]);
        }
    }

    /** A hot set. */
    @State(Scope.Benchmark)
    public static class Thousand extends Users {
        public Thousand() {
            super(1_000, "500000000000 per hour; 1000000000000 per day", LimitKey.USER);
        }
    }

    /** A hot set under three policies. */
    @State(Scope.Benchmark)
    public static class ThreePolicies extends Users {
        public ThreePolicies() {
            super(
                    1_000,
                    "500000000000 per hour; 1000000000000 per day",
                    LimitKey.USER,
                    LimitKey.ADDRESS,
                    LimitKey.GLOBAL);
        }
    }

    /** As many as a policy keeps apart by default. */
    @State(Scope.Benchmark)
    public static class Million extends Users {
        public Million() {
            super(1_000_000, "500000000 per hour; 1000000000 per day", LimitKey.USER);
        }
    }

    /** Users who have made the one call that they have. */
    @State(Scope.Benchmark)
    public static class UsedUp extends Users {
        public UsedUp() {
            super(1_000, "1 per day; 1 per week", LimitKey.USER);
        }
    }
}
