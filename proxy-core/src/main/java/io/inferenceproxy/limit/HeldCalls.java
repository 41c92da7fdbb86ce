package io.inferenceproxy.limit;

import java.util.concurrent.ConcurrentHashMap;

/** The calls of this proxy that are under way, by whom they are counted for: never more than there are calls. */
final class HeldCalls {

    private final ConcurrentHashMap<CounterKey, Held> calls = new ConcurrentHashMap<>();

    /** How many calls are counted for one, and for how many more the answer is not in. */
    private record Held(int count, int asked) {
        private static final Held NONE = new Held(0, 0);

        private boolean isNone() {
            return count == 0 && asked == 0;
        }
    }

    private void change(CounterKey key, int count, int asked) {
        calls.compute(key, (same, held) -> {
            Held before = held == null ? Held.NONE : held;
            Held after = new Held(Math.max(0, before.count + count), before.asked + asked);
            return after.isNone() ? null : after;
        });
    }

    /** A call is being asked for. */
    void ask(CounterKey key) {
        change(key, 0, 1);
    }

    /** The answer is in. */
    void answered(CounterKey key, boolean admitted) {
        change(key, admitted ? 1 : 0, -1);
    }

    /** Counts a call more, unless there are so many already. */
    boolean tryEnter(CounterKey key, long most) {
        boolean[] entered = {false};
        calls.compute(key, (same, held) -> {
            Held before = held == null ? Held.NONE : held;
            entered[0] = before.count < most;
            Held after = entered[0] ? new Held(before.count + 1, before.asked) : before;
            return after.isNone() ? null : after;
        });
        return entered[0];
    }

    void leave(CounterKey key) {
        change(key, -1, 0);
    }

    int count(CounterKey key) {
        Held held = calls.get(key);
        return held == null ? 0 : held.count;
    }

    /** Tells of each how many calls there are, or -1 where the answer to one is not in. */
    void forEach(Visitor visitor) {
        calls.forEach((key, held) -> visitor.visit(key, held.asked > 0 ? -1 : held.count));
    }

    /** Who is told of calls under way. */
    @FunctionalInterface
    interface Visitor {
        /** For whom, and how many. */
        void visit(CounterKey key, long count);
    }
}
