package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Allowance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts failures by key, such as refused credentials by address, under one allowance. Remembers at most 100,000 keys;
 * past them newcomers share one counter. Safe for many threads.
 */
public final class FailureCounter {

    private static final int MAX_KEYS = 100_000;

    private final @Nullable LimitPolicy policy;
    private final LimitClock clock;
    private final CounterKeys keys = CounterKeys.random();

    /** A counter with nothing charged; one whose allowance is {@code off} admits everything. */
    public FailureCounter(Allowance allowance, Ticker ticker) {
        this(allowance, ticker, MAX_KEYS);
    }

    FailureCounter(Allowance allowance, Ticker ticker, int maxKeys) {
        this.policy = allowance
                .window()
                .map(window -> LimitPolicy.of(
                                "failures",
                                LimitPolicyOptions.DEFAULT
                                        .withKey(LimitKey.ADDRESS)
                                        .withWindows(List.of(window))
                                        .withMaxKeys(maxKeys))
                        .get(0))
                .orElse(null);
        this.clock = new LimitClock(ticker);
    }

    /** Charges one failure to the key and returns empty; or charges nothing and says how long to wait. */
    public Optional<Duration> tryCharge(String key) {
        if (policy == null) {
            return Optional.empty();
        }
        long wait = new Claim(policy, keyOf(key), policy.standard(), 1, null).tryCharge(clock);
        return wait == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(wait));
    }

    /** Takes back the last charge, because it was no failure after all; does nothing where nothing is charged. */
    public void giveBack(String key) {
        if (policy != null) {
            policy.table().giveBackLast(keyOf(key), clock.now());
        }
    }

    private CounterKey keyOf(String key) {
        return keys.of(LimitKey.Kind.ADDRESS, "", key);
    }
}
