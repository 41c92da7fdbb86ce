package io.inferenceproxy.limit;

import org.jspecify.annotations.Nullable;

/**
 * Some of the counters of a policy, found by key with linear probing (Knuth, volume 3, section 6.4, algorithms L and R): the
 * two halves of the keys in one array, so that a search reads memory in order, and the counters in another.
 *
 * <p>When a policy changes, its counters move into another table ({@link Succession}): a stripe takes those of its predecessor
 * when somebody first looks for one, and the predecessor has {@linkplain #isLeft() been left} then.
 *
 * <p>All methods ask for the monitor.
 */
final class CounterStripe {

    private static final int KEY = 2;
    private static final int FEWEST_ROWS = 4;
    private static final int STEPS_A_CANDIDATE = 16;

    private long[] keys = {};
    private @Nullable Counter[] counters = {};
    private int mask = -1;
    private int size;
    private int hand;
    private int epoch;
    private @Nullable Succession awaited;
    private @Nullable CounterStripe predecessor;
    private boolean left;

    int size() {
        return size;
    }

    /** Whether the counters have moved on: nothing that is done to this stripe counts any more. */
    boolean isLeft() {
        return left;
    }

    /** Has it take over the counters of another, of the table before, when they are first asked for. */
    void succeed(CounterStripe before, Succession succession) {
        predecessor = before;
        awaited = succession;
    }

    /** Takes over what it is to take over, if it has not yet. */
    void arrive() {
        Succession succession = awaited;
        CounterStripe before = predecessor;
        if (succession != null && before != null) {
            awaited = null;
            predecessor = null;
            synchronized (
                    before) { // the one place where two are held that are not claimed together: the newer one first
                before.arrive();
                succession.move(before, this);
                before.leave();
            }
        }
    }

    private void leave() {
        keys = new long[0];
        counters = new Counter[0];
        mask = -1;
        size = 0;
        left = true;
    }

    /** Takes over all counters of another as they are. */
    void adopt(CounterStripe before) {
        keys = before.keys;
        counters = before.counters;
        mask = before.mask;
        size = before.size;
        hand = before.hand;
    }

    /** The last checkpoint that has told of these counters. */
    int epoch() {
        return epoch;
    }

    /** From now on what is charged is not in that checkpoint. */
    void enter(int checkpoint) {
        epoch = checkpoint;
    }

    /** How many places there are, taken and empty. */
    int rows() {
        return mask + 1;
    }

    /** The counter of a key, if there is one. */
    @Nullable
    Counter find(CounterKey key) {
        if (awaited != null) {
            arrive();
        }
        if (size == 0) {
            return null;
        }
        int row = home(key.low());
        while (counters[row] != null) {
            if (keys[KEY * row] == key.high() && keys[KEY * row + 1] == key.low()) {
                return counters[row];
            }
            row = row + 1 & mask;
        }
        return null;
    }

    /** Adds the counter of a key that has none. */
    void add(CounterKey key, Counter counter) {
        if (4 * (size + 1) > 3 * (mask + 1)) {
            resize(Math.max(FEWEST_ROWS, 2 * (mask + 1)));
        }
        put(key.high(), key.low(), counter);
        size++;
    }

    /** Puts a counter in the place of that of a key that has one. */
    void replace(CounterKey key, Counter counter) {
        int row = home(key.low());
        while (keys[KEY * row] != key.high() || keys[KEY * row + 1] != key.low()) {
            row = row + 1 & mask;
        }
        counters[row] = counter;
    }

    private void put(long high, long low, Counter counter) {
        int row = home(low);
        while (counters[row] != null) {
            row = row + 1 & mask;
        }
        keys[KEY * row] = high;
        keys[KEY * row + 1] = low;
        counters[row] = counter;
    }

    /**
     * Looks at some counters, each time at the next ones, and drops those with nothing charged: they could as well not be
     * there.
     *
     * @param candidates how many are looked at
     * @param enough how many are dropped at most
     * @return how many were dropped
     */
    int sweep(int candidates, int enough, long now) {
        int dropped = 0;
        int looked = 0;
        int steps = Math.min(mask + 1, STEPS_A_CANDIDATE * candidates);
        while (steps > 0 && looked < candidates && dropped < enough) {
            Counter counter = counters[hand];
            if (counter != null) {
                looked++;
                counter.refresh(now);
                if (counter.isEmpty()) {
                    remove(hand); // what moves up into its place is looked at next
                    dropped++;
                    continue;
                }
            }
            hand = hand + 1 & mask;
            steps--;
        }
        if (mask >= FEWEST_ROWS && 8 * size < mask) {
            resize((mask + 1) / 2);
        }
        return dropped;
    }

    /** Tells each counter with its key. */
    void forEach(Visitor visitor) {
        arrive();
        for (int row = 0; row <= mask; row++) {
            Counter counter = counters[row];
            if (counter != null) {
                visitor.visit(keys[KEY * row], keys[KEY * row + 1], counter);
            }
        }
    }

    /** Empties the row and moves up those behind it that could then no longer be found. */
    private void remove(int row) {
        int hole = row;
        for (int next = hole + 1 & mask; counters[next] != null; next = next + 1 & mask) {
            int home = home(keys[KEY * next + 1]);
            if ((next - home & mask) >= (next - hole & mask)) {
                keys[KEY * hole] = keys[KEY * next];
                keys[KEY * hole + 1] = keys[KEY * next + 1];
                counters[hole] = counters[next];
                hole = next;
            }
        }
        counters[hole] = null;
        size--;
    }

    private void resize(int rows) {
        long[] keysBefore = keys;
        @Nullable Counter[] before = counters;
        keys = new long[KEY * rows];
        counters = new Counter[rows];
        mask = rows - 1;
        hand = 0;
        for (int row = 0; row < before.length; row++) {
            Counter counter = before[row];
            if (counter != null) {
                put(keysBefore[KEY * row], keysBefore[KEY * row + 1], counter);
            }
        }
    }

    private int home(long low) {
        return (int) low & mask;
    }

    /** Who is told of counters. */
    @FunctionalInterface
    interface Visitor {
        /** A counter, and the halves of its key. */
        void visit(long high, long low, Counter counter);
    }
}
