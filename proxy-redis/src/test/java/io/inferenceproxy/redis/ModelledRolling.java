package io.inferenceproxy.redis;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** A rolling window: how much was charged at which time, each of which comes back by itself when the period is over. */
final class ModelledRolling implements ModelledWindow {

    private final TreeMap<Long, Long> charges = new TreeMap<>();
    private final long period;

    ModelledRolling(long period) {
        this.period = period;
    }

    private static long grid(Ask ask) {
        return ask.claim().window().grid();
    }

    private static long time(Ask ask) {
        return (ask.at() + grid(ask) - 1) / grid(ask) * grid(ask);
    }

    private long total(long now) {
        charges.headMap(now - period, true).clear();
        return charges.values().stream().mapToLong(each -> each).sum();
    }

    @Override
    public long waitOf(Ask ask) {
        long missing = total(ask.now()) + ask.amount() - ask.quota();
        if (missing <= 0) {
            return 0;
        }
        if (ask.amount() > ask.quota()) {
            return NEVER;
        }
        Iterator<Map.Entry<Long, Long>> oldest = charges.entrySet().iterator();
        long time = 0;
        while (missing > 0) {
            Map.Entry<Long, Long> next = oldest.next();
            time = next.getKey();
            missing -= next.getValue();
        }
        return Math.min(time - ask.now(), grid(ask) == 1 ? 0 : grid(ask)) + period;
    }

    @Override
    public void change(Ask ask) {
        long time = time(ask);
        switch (ask.verb()) {
            case CHARGE, ADD -> {
                if (time + period > ask.now()) {
                    charges.merge(time, ask.amount(), Long::sum);
                }
            }
            case GIVE_BACK ->
                charges.computeIfPresent(time, (same, there) -> there > ask.amount() ? there - ask.amount() : null);
            default -> throw new IllegalStateException(ask.toString());
        }
    }

    @Override
    public long remaining(Ask ask) {
        return ask.quota() - total(ask.now());
    }

    @Override
    public long reset(Ask ask) {
        return total(ask.now()) == 0 ? period : Math.min(period, charges.firstKey() + period - ask.now());
    }

    @Override
    public long until() {
        return charges.isEmpty() ? 0 : charges.lastKey() + period;
    }
}
