package io.inferenceproxy.limit;

import java.util.Arrays;

/**
 * Some of the counters of a policy: rows of numbers in one array, found by key with linear probing (Knuth, volume 3,
 * section 6.4, algorithms L and R). A row is the key's two halves, then for each window when its turn began and how many
 * calls were charged to it.
 *
 * <p>There is no object a counter: a million of them are a few arrays to the collector. Rows move when others come and go,
 * so a row is good only as long as the monitor is held, which all methods ask for.
 */
final class CounterStripe {

    static final int ABSENT = -1;

    private static final int KEY = 2;
    private static final int FEWEST_ROWS = 4;
    private static final int STEPS_A_CANDIDATE = 16;

    private final WindowRule[] rules;
    private final int width;
    private long[] numbers = {};
    private int mask = -1;
    private int size;
    private int hand;

    CounterStripe(WindowRule[] rules) {
        this.rules = rules;
        this.width = KEY + 2 * rules.length;
    }

    int size() {
        return size;
    }

    /** How many rows there are, taken and empty. */
    int rows() {
        return mask + 1;
    }

    /** The row of a key, or {@link #ABSENT}. */
    int find(CounterKey key) {
        if (size == 0) {
            return ABSENT;
        }
        int row = home(key.low());
        while (isTaken(row)) {
            int at = row * width;
            if (numbers[at] == key.high() && numbers[at + 1] == key.low()) {
                return row;
            }
            row = row + 1 & mask;
        }
        return ABSENT;
    }

    /** A row for a key that has none: one with nothing charged. */
    int add(CounterKey key) {
        if (4 * (size + 1) > 3 * (mask + 1)) {
            resize(Math.max(FEWEST_ROWS, 2 * (mask + 1)));
        }
        int row = home(key.low());
        while (isTaken(row)) {
            row = row + 1 & mask;
        }
        numbers[row * width] = key.high();
        numbers[row * width + 1] = key.low();
        size++;
        return row;
    }

    /** Lets windows begin anew that are over. */
    void refresh(int row, long now) {
        for (int i = 0; i < rules.length; i++) {
            int at = window(row, i);
            if (numbers[at + 1] > 0 && rules[i].isOver(numbers[at], now)) {
                numbers[at + 1] = 0;
            }
        }
    }

    /** The longest wait among windows that have nothing left, in nanoseconds; 0 when a call may be charged. */
    long waitNanos(int row, long now) {
        long longest = 0;
        for (int i = 0; i < rules.length; i++) {
            int at = window(row, i);
            longest = Math.max(longest, rules[i].waitNanos(numbers[at], numbers[at + 1], now));
        }
        return longest;
    }

    /** Charges one call to every window, and notes in {@code turns} when the turns began that it was charged to. */
    void charge(int row, long now, long[] turns) {
        for (int i = 0; i < rules.length; i++) {
            int at = window(row, i);
            if (numbers[at + 1]++ == 0) {
                numbers[at] = now;
            }
            turns[i] = numbers[at];
        }
    }

    /** Takes a charge back from those windows whose turn is still the one that was charged. */
    void giveBack(int row, long[] turns) {
        for (int i = 0; i < rules.length; i++) {
            int at = window(row, i);
            if (numbers[at + 1] > 0 && numbers[at] == turns[i]) {
                numbers[at + 1]--;
            }
        }
    }

    /** Takes any one charge back from each window. */
    void giveBackOne(int row) {
        for (int i = 0; i < rules.length; i++) {
            int at = window(row, i);
            numbers[at + 1] = Math.max(0, numbers[at + 1] - 1);
        }
    }

    WindowStatus status(int row, int window, long now) {
        int at = window(row, window);
        return rules[window].status(numbers[at], numbers[at + 1], now);
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
            if (!isTaken(hand)) {
                hand = hand + 1 & mask;
                steps--;
                continue;
            }
            looked++;
            refresh(hand, now);
            if (isFull(hand)) {
                remove(hand); // what moves up into its place is looked at next
                dropped++;
            } else {
                hand = hand + 1 & mask;
                steps--;
            }
        }
        if (mask >= FEWEST_ROWS && 8 * size < mask) {
            resize((mask + 1) / 2);
        }
        return dropped;
    }

    private boolean isFull(int row) {
        for (int i = 0; i < rules.length; i++) {
            if (numbers[window(row, i) + 1] > 0) {
                return false;
            }
        }
        return true;
    }

    /** Empties the row and moves up those behind it that could then no longer be found. */
    private void remove(int row) {
        int hole = row;
        for (int next = hole + 1 & mask; isTaken(next); next = next + 1 & mask) {
            int home = home(numbers[next * width + 1]);
            if ((next - home & mask) >= (next - hole & mask)) {
                System.arraycopy(numbers, next * width, numbers, hole * width, width);
                hole = next;
            }
        }
        Arrays.fill(numbers, hole * width, (hole + 1) * width, 0);
        size--;
    }

    private void resize(int rows) {
        long[] before = numbers;
        numbers = new long[rows * width];
        mask = rows - 1;
        hand = 0;
        for (int at = 0; at < before.length; at += width) {
            if ((before[at] | before[at + 1]) != 0) {
                int row = home(before[at + 1]);
                while (isTaken(row)) {
                    row = row + 1 & mask;
                }
                System.arraycopy(before, at, numbers, row * width, width);
            }
        }
    }

    private int home(long low) {
        return (int) low & mask;
    }

    private boolean isTaken(int row) {
        return (numbers[row * width] | numbers[row * width + 1]) != 0;
    }

    private int window(int row, int window) {
        return row * width + KEY + 2 * window;
    }
}
