package io.inferenceproxy.bench;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;

/**
 * Holds a million users to two windows each, with the limiter that the proxy uses: how much heap each takes, and how long
 * a decision takes while they become more, in a hot set, and at random over all. Then how much heap users take who are held
 * to the default windows, after ten calls each and with windows that are full.
 *
 * <p>Decisions are timed in small batches whose calls are made just before, as in the proxy, where authentication has
 * just read the name: what is far away in memory is then the limiter's own and nothing else.
 */
public final class LimitedUsers {

    private static final int STEPS = 10;
    private static final int HOT = 1_000;
    private static final int ROUNDS = 7;
    private static final int BATCH = 64;
    private static final int DECISIONS = 1 << 20;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final int users;
    private RateLimiter limiter;
    private final ProxyCall call = Calls.post(Headers.empty(), new byte[0]);
    private final ProxyCall[] batch = new ProxyCall[BATCH];
    private long admitted;
    private int hashes;

    private LimitedUsers(int users) {
        this.users = users;
        this.limiter = limiter(users, "500000000 per hour; 1000000000 per day", Ticker.system());
    }

    private static RateLimiter limiter(int users, String windows, Ticker ticker) {
        LimitPolicyOptions policy =
                LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows)).withMaxKeys(users);
        return LimitPolicies.of(Map.of("per-user", policy), ticker, LimitObserver.NONE)
                .limiter();
    }

    /**
     * Prints {@code growing USERS NANOS} while they become more, then the results, one a line.
     *
     * @param args how many users
     */
    public static void main(String[] args) {
        new LimitedUsers(Integer.parseInt(args[0])).run();
    }

    private void run() {
        long before = heapInUse();
        int step = users / STEPS;
        for (int from = 0; from < users; from += step) {
            int first = from;
            int count = Math.min(step, users - from);
            print("growing %d %.0f", from + count, nanos(number -> first + number, count));
        }
        Arrays.fill(batch, null);
        print("heap %.1f", (heapInUse() - before) / (double) users);
        // Both in turn, so that neither is compiled for itself alone; the first round of each warms up.
        Random random = new Random(1);
        double[] hot = new double[ROUNDS];
        double[] anyone = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            int kept = Math.max(0, round);
            hot[kept] = nanos(number -> random.nextInt(HOT), DECISIONS);
            anyone[kept] = nanos(number -> random.nextInt(users), DECISIONS);
        }
        print("hot %s", spread(hot));
        print("random %s", spread(anyone));
        print("hashes %d", hashes);
        if (admitted != users + 2L * (ROUNDS + 1) * DECISIONS) {
            throw new IllegalStateException("only " + admitted + " were admitted");
        }
        print("ten %.1f", bytesEach(users, 10));
        print("full %.1f", bytesEach(users / 10, 200));
    }

    /** The heap that each of so many users takes under the default windows after so many calls, ten each twelve minutes. */
    private double bytesEach(int count, int calls) {
        limiter = limiter(1, "1 per day", Ticker.system());
        long before = heapInUse();
        AtomicLong minutes = new AtomicLong();
        Ticker apart = new Ticker() {
            @Override
            public long nanoTime() {
                return TimeUnit.MINUTES.toNanos(minutes.get());
            }

            @Override
            public Instant now() {
                return Instant.EPOCH;
            }
        };
        limiter = limiter(count, "50 per hour; 200 per day", apart);
        for (int round = 0; round < calls; round++) {
            minutes.addAndGet(round % 10 == 0 ? 12 : 0);
            for (int user = 0; user < count; user++) {
                if (limiter.tryAcquire(callOf(user)) instanceof LimitDecision.Refused refused) {
                    throw new IllegalStateException("refused: " + refused);
                }
            }
        }
        double bytes = (heapInUse() - before) / (double) count;
        if (limiter.peek(callOf(0)).get(1).remaining() != 200 - calls) {
            throw new IllegalStateException("not all are charged");
        }
        return bytes;
    }

    /** What a decision takes of the processor, collections of garbage included, and nothing that others took. */
    private double nanos(IntUnaryOperator userOf, int count) {
        long collecting = collectingMillis();
        long nanos = 0;
        for (int from = 0; from < count; from += BATCH) {
            int size = Math.min(BATCH, count - from);
            for (int i = 0; i < size; i++) {
                batch[i] = callOf(userOf.applyAsInt(from + i));
            }
            long begun = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < size; i++) {
                if (limiter.tryAcquire(batch[i]) instanceof LimitDecision.Admitted) {
                    admitted++;
                }
            }
            nanos += threads.getCurrentThreadCpuTime() - begun;
        }
        return (nanos + (collectingMillis() - collecting) * 1e6) / count;
    }

    private ProxyCall callOf(int number) {
        String name = "user-" + (10_000_000 + number) + "@example.org";
        hashes += name.hashCode(); // a name that authentication knows has its hash
        Caller.Identified user = Calls.user(name);
        return call.withCaller(user);
    }

    private long collectingMillis() {
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static String spread(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "%.0f %.0f %.0f", sorted[0], sorted[ROUNDS / 2], sorted[ROUNDS - 1]);
    }

    private static long heapInUse() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
