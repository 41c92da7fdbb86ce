package io.inferenceproxy.redis;

import java.util.Map;
import java.util.TreeMap;

/** Calls under way: which proxy holds how many until when, and which waits since when. */
final class ModelledAtOnce implements ModelledWindow {

    private static final long TURN = 500_000;
    private static final long SECOND = 1_000_000;

    private final long lease;
    private final Map<Integer, Held> held = new TreeMap<>();
    private final Map<Integer, Waiting> waiting = new TreeMap<>();
    private long until;

    private record Held(long count, long until) {}

    private record Waiting(long since, long until) {}

    ModelledAtOnce(long lease) {
        this.lease = lease;
    }

    private long all(long now) {
        held.values().removeIf(each -> each.until <= now);
        waiting.values().removeIf(each -> each.until <= now);
        return held.values().stream().mapToLong(Held::count).sum();
    }

    private long own(int who) {
        Held own = held.get(who);
        return own == null ? 0 : own.count;
    }

    @Override
    public long waitOf(Ask ask) {
        long all = all(ask.now());
        Waiting own = waiting.get(ask.who());
        long since = own == null ? ask.now() : own.since;
        long before = waiting.entrySet().stream()
                .filter(each -> each.getKey() != ask.who())
                .filter(each -> each.getValue().since + TURN <= ask.now() && each.getValue().since < since)
                .count();
        return all + before >= ask.quota() ? SECOND : 0;
    }

    @Override
    public void change(Ask ask) {
        all(ask.now());
        long own = own(ask.who());
        long count = switch (ask.verb()) {
            case CHARGE, ADD -> own + ask.amount();
            case GIVE_BACK -> Math.max(0, own - ask.amount());
            case HOLD -> ask.amount() < 0 ? own : ask.amount();
            default -> throw new IllegalStateException(ask.toString());
        };
        held.remove(ask.who());
        if (count > 0) {
            held.put(ask.who(), new Held(count, ask.now() + lease));
        }
        switch (ask.verb()) {
            case CHARGE -> waiting.remove(ask.who());
            default -> {}
        }
        until = held.isEmpty() && waiting.isEmpty() ? 0 : ask.now() + lease;
    }

    /** Who waits renews what it holds. */
    @Override
    public void refuse(Ask ask, boolean waits) {
        if (waits && waitOf(ask) > 0 && ask.patience() > 0) {
            Waiting own = waiting.get(ask.who());
            waiting.put(ask.who(), new Waiting(own == null ? ask.now() : own.since, ask.now() + ask.patience()));
            held.computeIfPresent(ask.who(), (same, there) -> new Held(there.count, ask.now() + lease));
            until = ask.now() + lease;
        }
    }

    @Override
    public long remaining(Ask ask) {
        return ask.quota() - all(ask.now());
    }

    @Override
    public long reset(Ask ask) {
        return all(ask.now()) == 0 ? 0 : SECOND;
    }

    @Override
    public long until() {
        return until;
    }
}
