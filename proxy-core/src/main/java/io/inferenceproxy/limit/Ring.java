package io.inferenceproxy.limit;

/**
 * Charges in the order of their times, the oldest at one end and the newest at the other: a circular buffer that grows and,
 * once empty, is let go. {@link RollingCounter} is one, so that a counter is found with few looks at memory.
 *
 * <p>Where each charge is of one, only times are kept; otherwise those of the same time are one entry.
 */
class Ring {

    private static final long[] NONE = {};
    private static final int FIRST_ENTRIES = 2;

    private final boolean weighed;
    private long[] numbers = NONE;
    private int start;
    private int size;
    private long total;

    /**
     * @param weighed whether charges are of any amount
     */
    Ring(boolean weighed) {
        this.weighed = weighed;
    }

    final int size() {
        return size;
    }

    /** The sum of all amounts. */
    final long total() {
        return total;
    }

    /** The time of an entry, the oldest first. */
    final long time(int entry) {
        return numbers[at(entry)];
    }

    final long amount(int entry) {
        return weighed ? numbers[at(entry) + 1] : 1;
    }

    /** Adds a charge whose time is that of the newest entry or later. */
    final void add(long time, long amount) {
        total += amount;
        if (!weighed) {
            for (long i = 0; i < amount; i++) {
                int at = grown();
                numbers[at] = time;
            }
        } else if (size > 0 && time(size - 1) == time) {
            numbers[at(size - 1) + 1] += amount;
        } else {
            int at = grown();
            numbers[at] = time;
            numbers[at + 1] = amount;
        }
    }

    final void removeOldest() {
        total -= amount(0);
        start = start + 1 == capacity() ? 0 : start + 1;
        size--;
        if (size == 0) {
            numbers = NONE;
            start = 0;
        }
    }

    /** Takes away as much of that amount as there is of exactly that time. */
    final void take(long time, long amount) {
        long rest = amount;
        for (int entry = size - 1; entry >= 0 && rest > 0 && time(entry) >= time; entry--) {
            if (time(entry) == time) {
                rest -= take(entry, rest);
            }
        }
    }

    /** Takes away as much of that amount as there is, from that time on, the oldest first; says how much it was. */
    final long takeFrom(long time, long amount) {
        long rest = amount;
        int entry = 0;
        while (entry < size && rest > 0) {
            int before = size;
            if (time(entry) >= time) {
                rest -= take(entry, rest);
            }
            entry += size == before ? 1 : 0;
        }
        return amount - rest;
    }

    /** Takes away as much of that amount as there is before that time, the newest first; says how much it was. */
    final long takeBefore(long time, long amount) {
        long rest = amount;
        for (int entry = size - 1; entry >= 0 && rest > 0; entry--) {
            if (time(entry) < time) {
                rest -= take(entry, rest);
            }
        }
        return amount - rest;
    }

    private long take(int entry, long most) {
        long taken = Math.min(most, amount(entry));
        if (taken == amount(entry)) {
            remove(entry);
        } else {
            total -= taken;
            numbers[at(entry) + 1] -= taken;
        }
        return taken;
    }

    /** Moves those up that are older, and forgets the oldest place. */
    private void remove(int entry) {
        total -= amount(entry);
        long first = amount(0);
        for (int i = entry; i > 0; i--) {
            int to = at(i);
            int from = at(i - 1);
            numbers[to] = numbers[from];
            if (weighed) {
                numbers[to + 1] = numbers[from + 1];
            }
        }
        total += first; // which removing the oldest place takes away again
        if (weighed) {
            numbers[at(0) + 1] = first;
        }
        removeOldest();
    }

    /** The place of an entry more. */
    private int grown() {
        int capacity = capacity();
        if (size == capacity) {
            int stride = stride();
            long[] larger = new long[Math.max(FIRST_ENTRIES, capacity + (capacity + 1) / 2) * stride];
            int front = (capacity - start) * stride;
            System.arraycopy(numbers, start * stride, larger, 0, front);
            System.arraycopy(numbers, 0, larger, front, start * stride);
            numbers = larger;
            start = 0;
        }
        return at(size++);
    }

    private int at(int entry) {
        int place = start + entry;
        int capacity = capacity();
        return (place >= capacity ? place - capacity : place) * stride();
    }

    private int capacity() {
        return weighed ? numbers.length >> 1 : numbers.length;
    }

    private int stride() {
        return weighed ? 2 : 1;
    }
}
