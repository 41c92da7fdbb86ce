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
import java.time.Instant;
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

/**
 * A decision over two windows of a user, and over those of three policies. Large quotas are kept on a grid of times, those up to
 * 512 charge by charge; both are here. {@link LimitedUsers} has the memory, and the rate while users become more.
 */
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

    /** A user under three policies of two windows, on a grid: by user, by address and of all. */
    @Benchmark
    public LimitDecision ofThreePolicies(ThreePolicies users) {
        return users.decide();
    }

    /** A user under three policies of two windows, exact, with nearly as many charges in each as there may be. */
    @Benchmark
    public LimitDecision ofThreeExactPolicies(ThreeExactPolicies users) {
        return users.decide();
    }

    /** Users of one limiter, and calls of them in no order. */
    public abstract static class Users {

        private final RateLimiter limiter;
        private final ProxyCall[] calls;
        private int next;

        Users(int count, String windows, String... keys) {
            this(count, windows, Ticker.system(), keys);
        }

        Users(int count, String windows, Ticker ticker, String... keys) {
            Map<String, LimitPolicyOptions> policies = new LinkedHashMap<>();
            for (String key : keys) {
                policies.put(
                        "per-" + key.replace("; ", "-"),
                        LimitPolicyOptions.DEFAULT
                                .withKey(LimitKey.parseAll(key))
                                .withWindows(Window.parseAll(windows))
                                .withMaxKeys(count));
            }
            limiter = LimitPolicies.of(policies, ticker, LimitObserver.NONE).limiter();
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
            super(1_000, "500000000000 per hour; 1000000000000 per day", "user");
        }
    }

    /** A hot set under three policies. */
    @State(Scope.Benchmark)
    public static class ThreePolicies extends Users {
        public ThreePolicies() {
            super(1_000, "500000000000 per hour; 1000000000000 per day", "user", "address", "global");
        }
    }

    /**
     * A hot set under three policies, each with the default windows and a counter for each user, at a pace at which every user has
     * 190 calls in a day: at each, one charge leaves the hour, one leaves the day, and one comes.
     */
    @State(Scope.Benchmark)
    public static class ThreeExactPolicies extends Users {

        private static final int USERS = 1_000;
        private static final int CALLS_A_DAY = 190;

        private final PacedTicker ticker;

        public ThreeExactPolicies() {
            this(new PacedTicker());
        }

        private ThreeExactPolicies(PacedTicker ticker) {
            super(USERS, "50 per hour; 200 per day", ticker, "user", "api-key", "user; route");
            this.ticker = ticker;
            for (int i = 0; i < 2 * CALLS_A_DAY * USERS; i++) {
                decide();
            }
        }

        @Override
        LimitDecision decide() {
            ticker.nanos += TimeUnit.DAYS.toNanos(1) / CALLS_A_DAY / USERS;
            return super.decide();
        }
    }

    /** A clock that goes as fast as calls come, and costs as much as that of the system, which it asks. */
    private static final class PacedTicker implements Ticker {

        private long nanos;

        @Override
        public long nanoTime() {
            return nanos + (System.nanoTime() & 1);
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }

    /** As many as a policy keeps apart by default. */
    @State(Scope.Benchmark)
    public static class Million extends Users {
        public Million() {
            super(1_000_000, "500000000 per hour; 1000000000 per day", "user");
        }
    }

    /** Users who have made the one call that they have. */
    @State(Scope.Benchmark)
    public static class UsedUp extends Users {
        public UsedUp() {
            super(1_000, "1 per day; 1 per week", "user");
        }
    }
}
