package io.inferenceproxy.bench;

import com.sun.management.OperatingSystemMXBean;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Holds a million users to two windows each, with the limiter that the proxy uses: how much heap each takes, and how long
 * a decision takes while they become more, in a hot set, and at random over all.
 */
public final class LimitedUsers {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final int STEPS = 10;
    private static final int HOT = 1_000;
    private static final int ROUNDS = 7;

    private final int users;
    private final RateLimiter limiter;
    private final ProxyCall call = Calls.post(Headers.empty(), new byte[0]);
    private long admitted;

    private LimitedUsers(int users) {
        this.users = users;
        List<Window> windows = Window.parseAll("500000000 per hour; 1000000000 per day");
        LimitPolicyOptions policy =
                LimitPolicyOptions.DEFAULT.withWindows(windows).withMaxKeys(users);
        this.limiter = LimitPolicies.of(Map.of("per-user", policy), Ticker.system(), LimitObserver.NONE)
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
        grow();
        long after = heapInUse();
        print("heap %.1f", (after - before) / (double) users);
        ProxyCall[] hot = calls(HOT, HOT);
        ProxyCall[] random = calls(users, Math.min(users, 200_000));
        // Both in turn, so that neither is compiled for itself alone; what is told is the median round.
        double[] hotNanos = new double[ROUNDS];
        double[] randomNanos = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            hotNanos[i] = nanos(hot, 5_000_000);
            randomNanos[i] = nanos(random, 1_000_000);
        }
        print("hot %.1f %.1f %.1f", spread(hotNanos));
        print("random %.1f %.1f %.1f", spread(randomNanos));
        print("admitted %d", admitted);
    }

    private void grow() {
        int step = users / STEPS;
        for (int from = 0; from < users; from += step) {
            // Names are made beforehand, so that only decisions are timed; nobody but the limiter keeps them
            // afterwards.
            ProxyCall[] calls = new ProxyCall[Math.min(step, users - from)];
            for (int i = 0; i < calls.length; i++) {
                calls[i] = callOf(from + i);
            }
            print("growing %d %.1f", from + calls.length, nanos(calls, calls.length));
        }
    }

    /** So many calls of users at random among the first of them. */
    private ProxyCall[] calls(int among, int count) {
        Random random = new Random(count);
        ProxyCall[] calls = new ProxyCall[count];
        for (int i = 0; i < count; i++) {
            calls[i] = callOf(random.nextInt(among));
        }
        return calls;
    }

    /** Nanoseconds of processor for a decision, collections of garbage included, and nothing that others took. */
    private double nanos(ProxyCall[] calls, int count) {
        long begun = PROCESS.getProcessCpuTime();
        decide(calls, count);
        return (PROCESS.getProcessCpuTime() - begun) / (double) count;
    }

    private void decide(ProxyCall[] calls, int count) {
        for (int i = 0; i < count; i++) {
            if (limiter.tryAcquire(calls[i % calls.length]) instanceof LimitDecision.Admitted) {
                admitted++;
            }
        }
    }

    private ProxyCall callOf(int number) {
        return call.withCaller(Calls.user(String.format(Locale.ROOT, "user-%07d@example.org", number)));
    }

    private static Object[] spread(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Object[] {sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]};
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
