package io.inferenceproxy.limit;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls of this proxy that are under way, by whom they are counted for: never more than there are calls. */
final class HeldCalls {

    /** There are as many calls already. */
    static final int FULL = -1;

    private final ConcurrentHashMap<CounterKey, Held> calls = new ConcurrentHashMap<>();

    /** How many calls are counted for one, for how many more the answer is not in, and how often their number was told. */
    private record Held(int count, int asked, int told) {
        private static final Held NONE = new Held(0, 0, 0);

        private boolean isNone() {
            return count == 0 && asked == 0;
        }
    }

    private void change(CounterKey key, int count, int asked) {
        calls.compute(key, (same, held) -> changed(held == null ? Held.NONE : held, count, asked));
    }

    private static @Nullable Held changed(Held before, int count, int asked) {
        Held after = new Held(Math.max(0, before.count + count), before.asked + asked, before.told);
        return after.isNone() ? null : after;
    }

    /** A call is being asked for. */
    void ask(CounterKey key) {
        change(key, 0, 1);
    }

    /** The answer is in. */
    void answered(CounterKey key, boolean admitted) {
        change(key, admitted ? 1 : 0, -1);
    }

    /** Counts a call more, unless there are so many already: how often their number was told before, or {@link #FULL}. */
    int tryEnter(CounterKey key, long most) {
        int[] told = {FULL};
        calls.compute(key, (same, held) -> {
            Held before = held == null ? Held.NONE : held;
            if (before.count >= most) {
                return held;
            }
            told[0] = before.told;
            return changed(before, 1, 0);
        });
        return told[0];
    }

    /** Counts a call less. Who says so elsewhere does that before: rather too many are counted there than too few. */
    void leave(CounterKey key) {
        change(key, -1, 0);
    }

    /** How often the number of calls has been told, since there is one. */
    int told(CounterKey key) {
        Held held = calls.get(key);
        return held == null ? 0 : held.told;
    }

    int count(CounterKey key) {
        Held held = calls.get(key);
        return held == null ? 0 : held.count;
    }

    /**
     * Tells of each how many calls there are, or -1 where the answer to one is not in. Meanwhile nobody asks for one more: what
     * is told would take back its charge.
     */
    void tell(Visitor visitor) {
        for (CounterKey each : calls.keySet()) {
            calls.computeIfPresent(each, (key, held) -> {
                boolean known = held.asked == 0;
                visitor.visit(key, known ? held.count : -1);
                return known ? new Held(held.count, 0, held.told + 1) : held;
            });
        }
    }

    /** Who is told of calls under way. */
    @FunctionalInterface
    interface Visitor {
        /** For whom, and how many. */
        void visit(CounterKey key, long count);
    }
}
