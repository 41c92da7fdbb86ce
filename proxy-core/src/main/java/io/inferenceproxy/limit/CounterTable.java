package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one policy, by key, and never more of them than the bound.
 *
 * <p>Only full counters are evicted, so no charge is ever forgotten: each newcomer looks at a few and drops those. Past
 * the bound newcomers share one counter.
 */
final class CounterTable {

    private static final int CANDIDATES = 2;
    private static final int CANDIDATES_AT_BOUND = 32;

    private final List<WindowRule> rules;
    private final int maxKeys;
    private final Map<CounterKey, Counter> counters = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final Counter overflow;
    private final Object newcomers = new Object();
    private Iterator<Map.Entry<CounterKey, Counter>> candidates =
            counters.entrySet().iterator();

    CounterTable(String policy, List<Window> windows, int maxKeys) {
        List<WindowRule> all = new ArrayList<>();
        windows.forEach(window -> all.add(new WindowRule(policy, window)));
        this.rules = List.copyOf(all);
        this.maxKeys = maxKeys;
        this.overflow = new Counter(rules, 0);
    }

    List<WindowRule> rules() {
        return rules;
    }

    /** The counter of that key, a new one if need be. It may be evicted before the caller has its monitor. */
    Counter counter(CounterKey key, long now) {
        Counter known = counters.get(key);
        return known != null ? known : newcomer(key, now);
    }

    private Counter newcomer(CounterKey key, long now) {
        // One at a time: of many first calls of one caller at the bound, none may end up in the shared counter alone.
        synchronized (newcomers) {
            Counter known = counters.get(key);
            if (known != null) {
                return known;
            }
            sweep(now);
            if (size.get() >= maxKeys) {
                return overflow;
            }
            Counter fresh = new Counter(rules, now);
            counters.put(key, fresh);
            size.incrementAndGet();
            return fresh;
        }
    }

    /** The counter under which that key would be counted; null for a new one. */
    @Nullable
    Counter find(CounterKey key) {
        Counter known = counters.get(key);
        return known != null ? known : size.get() < maxKeys ? null : overflow;
    }

    int size() {
        return size.get();
    }

    private void sweep(long now) {
        boolean atBound = size.get() >= maxKeys;
        for (int i = atBound ? CANDIDATES_AT_BOUND : CANDIDATES; i > 0; i--) {
            if (!candidates.hasNext()) {
                candidates = counters.entrySet().iterator();
                if (!candidates.hasNext()) {
                    return;
                }
            }
            Map.Entry<CounterKey, Counter> candidate = candidates.next();
            if (evictIfFull(candidate.getKey(), candidate.getValue(), now) && atBound) {
                return;
            }
        }
    }

    private boolean evictIfFull(CounterKey key, Counter counter, long now) {
        synchronized (counter) {
            counter.refresh(now);
            if (counter.isEvicted() || !counter.isFull()) {
                return false;
            }
            counter.evict();
            counters.remove(key, counter);
            size.decrementAndGet();
            return true;
        }
    }
}
