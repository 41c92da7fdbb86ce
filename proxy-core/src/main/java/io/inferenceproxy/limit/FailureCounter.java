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
        CounterKey counted = keyOf(key);
        while (true) {
            Counter counter = table.counter(counted, clock.now());
            synchronized (counter) {
                if (!counter.isEvicted()) {
                    return tryCharge(counter);
                }
            }
        }
    }

    private Optional<Duration> tryCharge(Counter counter) {
        long now = clock.now();
        counter.refresh(now);
        long wait = counter.waitNanos(now);
        if (wait > 0) {
            return Optional.of(Duration.ofNanos(wait));
        }
        counter.charge(now);
        return Optional.empty();
    }

    /** Takes back one charge, because it was no failure after all; does nothing where nothing is charged. */
    public void giveBack(String key) {
        Counter counter = table == null ? null : table.find(keyOf(key));
        if (counter != null) {
            synchronized (counter) {
                counter.giveBackOne();
            }
        }
    }

    private static CounterKey keyOf(String key) {
        return new CounterKey(LimitKey.ADDRESS, "", key);
    }
}
