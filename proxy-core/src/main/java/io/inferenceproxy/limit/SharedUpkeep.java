package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.limit.UntoldCharges.Untold;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a proxy does about its shared counters all the time, on a thread of its own: says that it is there, finds out whether
 * they answer again, adds what was admitted without them, gives back what was taken ahead in vain, and renews what it holds.
 *
 * <p>It is over 300 lines because all of it is one round, whose steps share what is known of the counters.
 */
final class SharedUpkeep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedUpkeep.class);
    private static final Duration ROUND = Duration.ofMillis(250);
    private static final long BEAT_NANOS = Duration.ofSeconds(1).toNanos();

    /** After which a beat is not waited for: what the next one writes has the connection watched. */
    private static final long LOST_NANOS = Duration.ofSeconds(5).toNanos();

    /** For how long a round adds: a proxy that does not beat is taken for gone. */
    private static final long ADDING_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long LAST_ADDING_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int LEASE_PARTS = 3;
    private static final int MOST_WAITING = 100_000;
    private static final int AT_ONCE = 256;
    private static final int PATIENCE_SECONDS = 2;

    /**
     * For how many rounds all must be well before others are asked again. What was admitted up to a round is told in the next
     * one; the rest of the two seconds is for the other proxies, so that theirs is there too.
     */
    private static final int SETTLED = 8;

    private volatile List<SharedPolicy> policies;
    private final SharedCounters counters;
    private final SharedState state;
    private final LimitClock clock;
    private final Ticker ticker;
    private final RedisOptions options;
    private final QuotaSlices slices;
    private final PolicyRegister register;
    private final BlockingQueue<SharedRequest> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final LongAdder forgotten = new LongAdder();
    private final Deque<UntoldCharges> untold = new ArrayDeque<>();
    private final Deque<Retired> retired = new ArrayDeque<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(SharedUpkeep::named);
    private CompletableFuture<?> beating = CompletableFuture.completedFuture(null);
    private volatile boolean heard;
    private long beatAt;
    private long renewedAt;
    private boolean wasUp = true;
    private volatile boolean closed;
    private int rounds;
    private int settled;

    /**
     * What was charged without the shared counters under a policy that has been changed so that it cannot go on counting it.
     *
     * @param policy as it was changed
     * @param rest what counted
     * @param since the round in which it was changed: who began with it may be at it up to the next
     */
    private record Retired(SharedPolicy policy, LimitPolicy rest, int since) {}

    SharedUpkeep(
            List<SharedPolicy> policies,
            SharedCounters counters,
            SharedState state,
            LimitClock clock,
            Ticker ticker,
            RedisOptions options,
            QuotaSlices slices) {
        this.policies = policies;
        this.counters = counters;
        this.state = state;
        this.clock = clock;
        this.ticker = ticker;
        this.options = options;
        this.slices = slices;
        this.register = new PolicyRegister(counters, ticker);
        this.beatAt = ticker.nanoTime();
        this.renewedAt = beatAt;
    }

    private static Thread named(Runnable task) {
        Thread named = new Thread(task, "inference-proxy-limits");
        named.setDaemon(true);
        return named;
    }

    void start() {
        var rounds = thread.scheduleWithFixedDelay(
                this::safeRound, ROUND.toMillis(), ROUND.toMillis(), TimeUnit.MILLISECONDS);
        if (rounds.isCancelled()) {
            LOG.error("limits are not looked after");
        }
    }

    /** Has a request made soon, or when somebody answers. */
    void add(SharedRequest request) {
        if (!waiting.offer(request)) {
            forgotten.increment();
        }
    }

    private void safeRound() {
        try {
            round();
        } catch (RuntimeException surprise) {
            LOG.error("limits could not be looked after", surprise);
        }
    }

    /** Looks after other policies from now on, made of those until now; waits for the end of a round. */
    synchronized void changeTo(UnaryOperator<List<SharedPolicy>> change) {
        if (closed) {
            return;
        }
        List<SharedPolicy> before = policies;
        List<SharedPolicy> after = change.apply(before);
        for (SharedPolicy policy : after) {
            if (!before.contains(policy)) {
                policy.takeOver().forEach(rest -> retired.add(new Retired(policy, rest, rounds)));
            }
        }
        policies = after;
    }

    /** What is done four times a second. */
    synchronized void round() {
        long now = ticker.nanoTime();
        rounds++;
        slices.sweep();
        tellForgotten();
        if (state.isUp() != wasUp) {
            settled = 0;
            tellChange();
        }
        if (!state.isUp() || now - beatAt >= BEAT_NANOS) {
            beat(now);
        }
        if (state.isUp()) {
            register.round(policies);
        }
        if (state.isUp() || heard) {
            heard = false;
            boolean all = settle(ADDING_NANOS);
            boolean due = now - renewedAt >= options.lease().toNanos() / LEASE_PARTS;
            if (due || !state.isUp() && all) {
                renewedAt = now;
                renew();
            }
            settled = all ? settled + 1 : 0;
            if (!state.isUp() && settled >= SETTLED && settleRest()) {
                state.up();
                tellChange();
                settleRest();
            }
        }
    }

    private void tellForgotten() {
        long many = forgotten.sumThenReset();
        if (many > 0) {
            LOG.warn("{} charges found no room among those that wait for the shared counters, and are forgotten", many);
        }
    }

    private void tellChange() {
        wasUp = state.isUp();
        if (wasUp) {
            LOG.info("limits are shared again through {}", options.shownUrl());
        } else {
            LOG.warn(
                    "{} does not answer: redis.on-failure {} holds",
                    options.shownUrl(),
                    options.onFailure().name().toLowerCase(Locale.ROOT));
        }
    }

    /** Says that this proxy is there; an answer in time is the sign that all is well. */
    private void beat(long now) {
        if (!beating.isDone() && now - beatAt < LOST_NANOS) {
            return;
        }
        beatAt = now;
        long said = clock.now() / 1_000;
        boolean down = !state.isUp();
        beating = counters.beat()
                .whenComplete((pulse, failure) -> {
                    if (failure != null) {
                        state.failed();
                        return;
                    }
                    if (state.hear(pulse, said)) {
                        policies.forEach(SharedPolicy::forget);
                    }
                    heard = down
                            && ticker.nanoTime() - now
                                    <= options.timeout().toNanos(); // what was asked before tells nothing
                })
                .toCompletableFuture();
    }

    /** Adds what was admitted without the shared counters, for so long at most; false when not all of it is there yet. */
    private boolean settle(long nanos) {
        if (untold.isEmpty()) {
            while (!retired.isEmpty() && retired.element().since() < rounds - 1) {
                Retired next = retired.remove();
                untold.add(new UntoldCharges(next.policy(), next.rest(), clock.now()));
            }
            for (SharedPolicy policy : policies) {
                LimitPolicy done = policy.turnOver(clock.now());
                if (done != null) {
                    untold.add(new UntoldCharges(policy, done, clock.now()));
                }
            }
        }
        return send(nanos);
    }

    /** Adds what was admitted since the last round, too: before the others are asked again they must know of it. */
    private boolean settleRest() {
        boolean replaced = settle(ADDING_NANOS); // what was charged until now is told the next time
        return replaced && settle(ADDING_NANOS);
    }

    /** Some at a time, so that calls in between do not wait long; what fails waits for the next time. */
    private boolean send(long nanos) {
        long begun = ticker.nanoTime();
        Semaphore places = new Semaphore(AT_ONCE);
        AtomicBoolean failed = new AtomicBoolean();
        boolean more = true;
        try {
            while (more && !failed.get() && ticker.nanoTime() - begun < nanos) {
                if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    return false;
                }
                SharedRequest next = next();
                if (next == null) {
                    more = false;
                    places.release();
                } else {
                    send(next, places, failed);
                }
            }
            boolean answered = places.tryAcquire(AT_ONCE, PATIENCE_SECONDS, TimeUnit.SECONDS);
            return answered && !more && !failed.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void send(SharedRequest sent, Semaphore places, AtomicBoolean failed) {
        counters.ask(sent).whenComplete((answer, failure) -> {
            if (failure != null) {
                failed.set(true);
                if (sent.verb() == Verb.ADD) {
                    add(sent);
                }
            }
            places.release();
        });
    }

    /** What is to be sent next: first what was told one by one. */
    private @Nullable SharedRequest next() {
        SharedRequest next = waiting.poll();
        while (next == null && !untold.isEmpty()) {
            Untold charge = untold.element().next();
            if (charge == null) {
                untold.remove();
            } else {
                next = adding(charge);
            }
        }
        return next;
    }

    private SharedRequest adding(Untold charge) {
        SharedPolicy policy = charge.policy();
        List<SharedClaim> claims = new ArrayList<>(policy.places());
        long[] quotas = policy.policy().standard().byPlace();
        policy.claim(charge.key(), charge.amount(), quotas, clock.now() / 1_000 + state.offset(), claims);
        return new SharedRequest(Verb.ADD, claims, charge.at() / 1_000 + state.offset());
    }

    /** Renews what this proxy holds. */
    private void renew() {
        for (SharedPolicy policy : policies) {
            if (policy.isHeld()) {
                policy.held().tell((key, count) -> hold(policy, key, count));
            }
        }
    }

    private void hold(SharedPolicy policy, CounterKey key, long count) {
        List<SharedClaim> claims = new ArrayList<>(1);
        policy.claim(key, count, policy.policy().standard().byPlace(), 0, claims);
        counters.ask(new SharedRequest(Verb.HOLD, claims, 0)).whenComplete((answer, failure) -> {
            if (failure != null) {
                state.failed();
            }
        });
    }

    /** Tells the rest if somebody answers, after an outage too. */
    @Override
    public void close() {
        thread.shutdown();
        closed = true;
        try {
            if (thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS) && isAnswering()) {
                tellRest();
            }
            tellForgotten();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void tellRest() {
        rounds += 2; // nobody is at it any more
        if (send(LAST_ADDING_NANOS) && settle(LAST_ADDING_NANOS)) {
            settle(LAST_ADDING_NANOS);
        }
    }

    private boolean isAnswering() throws InterruptedException {
        if (state.isUp()) {
            return true;
        }
        try {
            counters.beat().toCompletableFuture().get(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException silent) {
            return false;
        }
    }
}
