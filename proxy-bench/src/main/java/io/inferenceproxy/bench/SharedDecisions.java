package io.inferenceproxy.bench;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedCounters;
import io.inferenceproxy.limit.SharedLimits;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import redis.embedded.RedisServer;

/**
 * Decides about calls through a Redis on this machine: how long a decision over two windows takes beside a bare run of the
 * shortest script and one of the script that decides, one after the other and in turn, and how many are made on one
 * connection when 128 are under way; then the same of a hundred busy users with slices of their quotas taken ahead.
 */
public final class SharedDecisions {

    private static final int USERS = 20_000;
    private static final int ROUNDS = 7;
    private static final int SAMPLES = 4_000;
    private static final int UNDER_WAY = 128;
    private static final int BUSY_USERS = 100;
    private static final int SLICE = 100;
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final List<SharedWindow> WINDOWS = List.of(
            new SharedWindow("script", SharedWindow.Kind.ROLLING, Duration.ofHours(1), 1, false, 0),
            new SharedWindow("script", SharedWindow.Kind.ROLLING, Duration.ofDays(1), 1, false, 0));

    private final SharedCounters counters;
    private final RateLimiter limiter;
    private final RedisAsyncCommands<byte[], byte[]> bare;
    private final byte[][] keys = {"{bare}:key".getBytes(StandardCharsets.US_ASCII)};
    private final String hash;
    private final ProxyCall[] calls;
    private int next;
    private long done;

    private SharedDecisions(
            SharedCounters counters, RateLimiter limiter, RedisAsyncCommands<byte[], byte[]> bare, int users)
            throws Exception {
        this.counters = counters;
        this.limiter = limiter;
        this.bare = bare;
        this.hash = bare.scriptLoad("return 1").get();
        this.calls = new ProxyCall[users];
        for (int i = 0; i < users; i++) {
            calls[i] = Calls.post(Headers.empty(), new byte[0]).withCaller(Calls.user("user-" + i));
        }
    }

    public static void main(String[] arguments) throws Exception {
        int port = freePort();
        RedisServer redis = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
        RedisOptions options =
                RedisOptions.DEFAULT.withUrl("redis://127.0.0.1:" + port).withTimeout(Duration.ofSeconds(5));
        RedisClient client = RedisClient.create(options.url());
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            measure(options, "50 per hour; 200 per day", USERS, connection.async());
            measure(options.withSlice(SLICE), "10000000 per hour; 200000000 per day", BUSY_USERS, connection.async());
        } finally {
            client.shutdown();
            redis.stop();
        }
    }

    private static void measure(
            RedisOptions options, String windows, int users, RedisAsyncCommands<byte[], byte[]> bare) throws Exception {
        SharedCounters counters = SharedCounters.open(options);
        LimitPolicies policies = LimitPolicies.shared(
                Map.of("per-user", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows))),
                Ticker.system(),
                LimitObserver.NONE,
                counters,
                options,
                nanos -> {});
        try (SharedLimits sharing = policies.sharing().orElseThrow()) {
            SharedDecisions decisions = new SharedDecisions(counters, policies.limiter(), bare, users);
            if (options.slice() == 0) {
                decisions.times();
            }
            decisions.rates(options.slice() == 0 ? "decisions" : "sliced");
            if (sharing.isDegraded() || sharing.failures() + sharing.timeouts() > 0) {
                throw new IllegalStateException("some were decided without Redis");
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void times() throws Exception {
        System.out.println("round  bare p50 us  script p50 us  decision p50 us  to bare  to script");
        for (int round = 0; round < ROUNDS; round++) {
            double[] plain = new double[SAMPLES];
            double[] scripts = new double[SAMPLES];
            double[] decisions = new double[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                plain[i] = micros(this::bare);
                scripts[i] = micros(this::script);
                decisions[i] = micros(this::decision);
            }
            double one = median(plain);
            double two = median(scripts);
            double three = median(decisions);
            System.out.printf(
                    Locale.ROOT,
                    "%5d %12.1f %14.1f %16.1f %8.2f %10.2f%n",
                    round,
                    one,
                    two,
                    three,
                    three / one,
                    three / two);
        }
        System.out.printf(Locale.ROOT, "bare       %,10.0f/s%n", rate(this::bare));
    }

    /** Decisions a second, and how many runs of a script each of them cost. */
    private void rates(String name) throws Exception {
        bare.configResetstat().get();
        long before = done;
        double rate = rate(this::decision);
        String runs = bare.info("commandstats")
                .get()
                .lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:"))
                .findFirst()
                .orElse("cmdstat_evalsha:calls=0,");
        long count = Long.parseLong(runs.substring(runs.indexOf('=') + 1, runs.indexOf(',')));
        System.out.printf(
                Locale.ROOT,
                "%-10s %,10.0f/s, %.3f round trips each; %s%n",
                name,
                rate,
                (double) count / (done - before),
                runs);
    }

    private CompletionStage<?> bare() {
        return bare.evalsha(hash, ScriptOutputType.INTEGER, keys);
    }

    private CompletionStage<?> script() {
        next = next + 1 == calls.length ? 0 : next + 1;
        CounterKey key = new CounterKey(next, 1);
        return counters.ask(new SharedRequest(
                SharedRequest.Verb.CHARGE,
                List.of(
                        new SharedClaim(WINDOWS.get(0), key, 1, 50, SharedClaim.Turns.NONE),
                        new SharedClaim(WINDOWS.get(1), key, 1, 200, SharedClaim.Turns.NONE)),
                0));
    }

    private CompletionStage<?> decision() {
        next = next + 1 == calls.length ? 0 : next + 1;
        LimitDecision decision = limiter.tryAcquire(calls[next]);
        if (decision instanceof LimitDecision.Pending pending) {
            return pending.decided();
        }
        return CompletableFuture.completedFuture(decision); // the answer was quicker than we
    }

    private static double micros(Supplier<CompletionStage<?>> work) throws Exception {
        long begun = System.nanoTime();
        work.get().toCompletableFuture().get();
        return (System.nanoTime() - begun) / 1e3;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private double rate(Supplier<CompletionStage<?>> work) throws InterruptedException {
        Semaphore places = new Semaphore(UNDER_WAY);
        AtomicLong count = new AtomicLong();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < SPAN_NANOS) {
            places.acquire();
            work.get().whenComplete((answer, failure) -> {
                count.incrementAndGet();
                places.release();
            });
        }
        places.acquire(UNDER_WAY);
        done += count.get();
        return count.get() * 1e9 / (System.nanoTime() - begun);
    }
}
