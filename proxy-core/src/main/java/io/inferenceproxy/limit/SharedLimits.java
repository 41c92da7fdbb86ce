package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * The policies of a proxy as it shares them with others.
 *
 * <p>While the shared counters do not answer, {@link RedisOptions.OnFailure#SHARE} bounds what a caller is admitted: each of
 * N proxies admits at most one Nth, rounded down but at least 1, of what it last saw left to the caller, in any span of the
 * window; of the whole quota where it has not seen the caller within the window. With a quota Q of which R was truly left,
 * all together exceed Q by at most (N − 1) · (Q − R) / N + N − 1, and by at most N − 1 where all had seen the caller's last
 * charge. Of Q calls at once all together admit at most Q + (N − 1) · max(1, Q / N). A change in the number of proxies while
 * nobody answers is not known. What was admitted meanwhile is added to the shared counters within ten seconds of their return,
 * as long as these were kept and it is no more than they take in that time.
 */
public final class SharedLimits implements AutoCloseable {

    private static final Duration OPENING = Duration.ofSeconds(3);

    private final SharedCounters counters;
    private final RedisOptions options;
    private final Ticker ticker;
    private final LimitClock clock;
    private final LongConsumer decided;
    private final SharedState state;
    private final QuotaSlices slices;
    private final SharedUpkeep upkeep;

    private SharedLimits(
            List<LimitPolicy> policies,
            SharedCounters counters,
            RedisOptions options,
            Ticker ticker,
            LongConsumer decided) {
        List<SharedPolicy> shared =
                policies.stream().map(each -> shared(each, Optional.empty())).toList();
        this.counters = counters;
        this.options = options;
        this.ticker = ticker;
        this.clock = new LimitClock(ticker);
        this.decided = decided;
        this.state = new SharedState(ticker);
        this.slices = new QuotaSlices(this);
        this.upkeep = new SharedUpkeep(shared, counters, state, clock, ticker, options, slices);
    }

    private static SharedPolicy shared(LimitPolicy policy, Optional<SharedPolicy> before) {
        SharedPolicy shared = new SharedPolicy(policy, before);
        policy.share(shared);
        return shared;
    }

    /** Waits for the first pulse: without the seed of the others nobody can be counted together. */
    static SharedLimits open(
            List<LimitPolicy> policies,
            SharedCounters counters,
            RedisOptions options,
            Ticker ticker,
            LongConsumer decided) {
        SharedLimits limits = unattended(policies, counters, options, ticker, decided);
        limits.upkeep.start();
        return limits;
    }

    /** The same, whose upkeep is done by whoever opens it. */
    static SharedLimits unattended(
            List<LimitPolicy> policies,
            SharedCounters counters,
            RedisOptions options,
            Ticker ticker,
            LongConsumer decided) {
        SharedLimits limits = new SharedLimits(policies, counters, options, ticker, decided);
        try {
            limits.hear();
            return limits;
        } catch (SharedCountersException silent) {
            counters.close();
            throw silent;
        }
    }

    private void hear() {
        try {
            long before = nowMicros();
            state.hear(counters.beat().toCompletableFuture().get(OPENING.toMillis(), TimeUnit.MILLISECONDS), before);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SharedCountersException("redis.url: interrupted while it was asked", stopped);
        } catch (ExecutionException | TimeoutException silent) {
            throw new SharedCountersException(
                    "redis.url: " + options.shownUrl()
                            + " does not answer as expected (expected: Redis 6.2 or newer, or"
                            + " Valkey, where scripts may run)",
                    silent);
        }
    }

    SharedPolicy of(LimitPolicy policy) {
        return policy.shared();
    }

    /**
     * Looks after other policies from now on; some may be the same as before. What is under way under those of before goes on.
     *
     * @param before finds the one that counted what another is to count on
     */
    void changeTo(List<LimitPolicy> policies, Function<LimitPolicy, Optional<LimitPolicy>> before) {
        upkeep.changeTo(known -> policies.stream()
                .map(each -> each.isShared() && known.contains(each.shared())
                        ? each.shared()
                        : shared(each, before.apply(each).map(LimitPolicy::shared)))
                .toList());
    }

    SharedState state() {
        return state;
    }

    RedisOptions options() {
        return options;
    }

    SharedUpkeep upkeep() {
        return upkeep;
    }

    LimitClock clock() {
        return clock;
    }

    Ticker ticker() {
        return ticker;
    }

    /** What was taken ahead of callers' quotas. */
    QuotaSlices slices() {
        return slices;
    }

    /** A decision has been made, from that reading of the clock on. */
    void decided(long since) {
        decided.accept(ticker.nanoTime() - since);
    }

    private long nowMicros() {
        return clock.now() / 1_000;
    }

    /** What is to be done for all claims of a call. */
    SharedRequest request(Verb verb, Claim first, long at) {
        return request(verb, first, 1, at);
    }

    /** What is to be done for all claims of so many calls that are alike. */
    SharedRequest request(Verb verb, Claim first, long calls, long at) {
        long sharedNow = nowMicros() + state.offset();
        List<SharedClaim> claims = new ArrayList<>();
        for (Claim each = first; each != null; each = each.next()) {
            of(each.policy())
                    .claim(each.key(), calls * each.amount(), each.quotas().byPlace(), sharedNow, claims);
        }
        return new SharedRequest(verb, claims, at);
    }

    CompletionStage<SharedAnswer> ask(SharedRequest request) {
        return counters.ask(request);
    }

    /**
     * Changes what one policy has counted of a caller, now or when somebody answers again. What fails on its way is tried
     * again if it charges, and not if it gives back: rather too much is charged than too little.
     */
    void tell(Verb verb, Claim claim, long amount, long at) {
        List<SharedClaim> claims = new ArrayList<>();
        of(claim.policy()).claim(claim.key(), amount, claim.quotas().byPlace(), nowMicros() + state.offset(), claims);
        SharedRequest request = new SharedRequest(verb, claims, at);
        if (verb == Verb.ADD || !state.isUp()) {
            upkeep.add(request);
        } else {
            counters.ask(request).whenComplete((answer, failure) -> {
                if (failure != null) {
                    state.failed();
                }
            });
        }
    }

    /** Whether the shared counters do not answer, and calls are decided about without them. */
    public boolean isDegraded() {
        return !state.isUp();
    }

    /** How many proxies share the limits, as was last heard. */
    public int replicas() {
        return state.replicas();
    }

    /** How many requests failed. */
    public long failures() {
        return state.failures();
    }

    /** How many answers came too late. */
    public long timeouts() {
        return state.timeouts();
    }

    /** Tells what has not been told yet, if somebody answers, and takes leave. */
    @Override
    public void close() {
        slices.close();
        upkeep.close();
        counters.close();
    }
}
