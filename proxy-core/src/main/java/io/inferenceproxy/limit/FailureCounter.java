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

    private final @Nullable CounterTable table;
    private final NanoClock clock;

    /** A counter with nothing charged; one whose allowance is {@code off} admits everything. */
    public FailureCounter(Allowance allowance, Ticker ticker) {
        this(allowance, ticker, MAX_KEYS);
    }

    FailureCounter(Allowance allowance, Ticker ticker, int maxKeys) {
        this.table = allowance
                .window()
                .map(window -> new CounterTable("failures", List.of(window), maxKeys))
                .orElse(null);
        this.clock = new NanoClock(ticker);
    }

    /** Charges one failure to the key and returns empty; or charges nothing and says how long to wait. */
    public Optional<Duration> tryCharge(String key) {
        if (table == null) {
            return Optional.empty();
        }
        long wait = new Claim(table, keyOf(key), null).tryCharge(clock);
        return wait == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(wait));
    }

    /** Takes back one charge, because it was no failure after all; does nothing where nothing is charged. */
    public void giveBack(String key) {
        if (table != null) {
            table.giveBackOne(keyOf(key));
        }
    }

    private static CounterKey keyOf(String key) {
        return CounterKey.of(LimitKey.ADDRESS, "", key);
    }
}
