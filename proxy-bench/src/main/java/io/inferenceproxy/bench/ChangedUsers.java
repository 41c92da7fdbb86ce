package io.inferenceproxy.bench;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Changes the limits of many users who have made ten calls each, to another quota and to other windows, while one of them after
 * the other calls: how long a change takes, and the longest decision meanwhile beside the longest without a change.
 */
public final class ChangedUsers {

    private static final int CALLS = 10;
    private static final int ROUNDS = 5;
    private static final int MANY = 500_000;
    private static final String[] QUOTA = {"60 per hour; 200 per day", "50 per hour; 200 per day"};
    private static final String[] WINDOWS = {"50 per hour; 200 per day; 900 per week", "50 per hour; 200 per day"};

    private final ProxyCall call = Calls.post(Headers.empty(), new byte[0]);
    private final int users;
    private LimitPolicies policies;
    private volatile RateLimiter limiter;
    private volatile long decisions;

    private ChangedUsers(int users) {
        this.users = users;
        this.policies = LimitPolicies.of(limits(QUOTA[1]), Ticker.system(), LimitObserver.NONE);
        this.limiter = policies.limiter();
    }

    private Map<String, LimitPolicyOptions> limits(String windows) {
        return Map.of("per-user", LimitPolicyOptions.DEFAULT.withLimits(windows).withMaxKeys(users));
    }

    /**
     * Prints, for each kind of change and round, its milliseconds and the longest decision meanwhile, in microseconds.
     *
     * @param args how many users
     */
    public static void main(String[] args) throws InterruptedException {
        new ChangedUsers(Integer.parseInt(args[0])).run();
    }

    private void run() throws InterruptedException {
        for (int user = 0; user < users; user++) {
            for (int i = 0; i < CALLS; i++) {
                limiter.tryAcquire(callOf(user));
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            print("none", 0, () -> awaitDecisions(MANY));
            print("quota", 1, () -> change(QUOTA));
            print("windows", 1, () -> change(WINDOWS));
        }
        if (limiter.peek(callOf(users - 1)).get(0).remaining() > 50 - CALLS) {
            throw new IllegalStateException("counts were lost");
        }
    }

    /** There and back again, so that each round begins as the first. */
    private void change(String... windows) {
        for (String each : windows) {
            LimitPolicies next = policies.changedTo(limits(each), LimitObserver.NONE);
            limiter = next.limiter();
            next.arrive();
            policies = next;
        }
    }

    private void print(String what, int changes, Work work) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        long[] longest = {0};
        Thread caller = new Thread(() -> {
            Random random = new Random(1);
            long made = 0;
            while (!over.get()) {
                ProxyCall next = callOf(random.nextInt(users));
                long begun = System.nanoTime();
                if (limiter.tryAcquire(next) instanceof LimitDecision.Admitted admitted) {
                    admitted.charge().giveBack();
                }
                longest[0] = Math.max(longest[0], System.nanoTime() - begun);
                decisions = ++made;
            }
        });
        decisions = 0;
        caller.start();
        long begun = System.nanoTime();
        work.run();
        long took = System.nanoTime() - begun;
        over.set(true);
        caller.join();
        System.out.println(String.format(
                Locale.ROOT, "%s %.0f %.0f", what, took / 1e6 / Math.max(1, 2 * changes), longest[0] / 1e3));
    }

    private void awaitDecisions(int many) {
        while (decisions < many) {
            Thread.onSpinWait();
        }
    }

    private ProxyCall callOf(int number) {
        return call.withCaller(Calls.user("user-" + (10_000_000 + number) + "@example.org"));
    }

    /** What is timed. */
    @FunctionalInterface
    private interface Work {
        void run();
    }
}
