package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallTrace;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A ring of ended calls, bounded, between the I/O threads that {@link #tryPut} them and one reader at a time, who goes over
 * them twice: {@link #next} looks at each and leaves it in, {@link #take} takes out what was looked at.
 *
 * <ol>
 *   <li>A writer claims a place by moving the tail on, then fills it; it never waits. When no place is free it is told so.
 *   <li>Calls come out in the order in which their places were claimed.
 *   <li>Whoever reads holds a lock that all readers share: of the reader's own fields only the head is seen by others.
 * </ol>
 */
final class CallRing {

    /** Positions that different threads write are kept a few cache lines apart. */
    private static final int APART = 16;

    private static final int TAIL = APART;
    private static final int HEAD = 2 * APART;
    private static final int FREE_UNTIL = 3 * APART;
    private static final int SPINS = 100;
    private static final int MOST_LOOKS = 1_000;

    private final int mask;
    private final AtomicReferenceArray<@Nullable CallTrace> places;

    /** Where the next call goes; from where calls have not been taken; up to where places were found to be free. */
    private final AtomicLongArray positions = new AtomicLongArray(4 * APART);

    private long seen;
    private long taken;

    /** @param capacity a power of two */
    CallRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a power of two)");
        }
        mask = capacity - 1;
        places = new AtomicReferenceArray<>(capacity);
        positions.set(FREE_UNTIL, capacity);
    }

    int capacity() {
        return mask + 1;
    }

    /** Puts a call in; its position, or a negative number when there is no place. */
    long tryPut(CallTrace trace) {
        long position;
        do {
            position = positions.get(TAIL);
            if (position >= positions.getAcquire(FREE_UNTIL)) {
                long free = positions.getAcquire(HEAD) + capacity();
                if (position >= free) {
                    return -1;
                }
                positions.setRelease(FREE_UNTIL, free); // often enough right to spare the look at the reader's position
            }
        } while (!positions.compareAndSet(TAIL, position, position + 1));
        places.setRelease((int) position & mask, trace);
        return position;
    }

    /** Where the next call will go: all that were put in before stand in front of it. */
    long tail() {
        return positions.get(TAIL);
    }

    /** The position behind the last one that was taken. */
    long head() {
        return positions.getAcquire(HEAD);
    }

    boolean isEmpty() {
        return head() == tail();
    }

    /**
     * The next call that was not looked at, also when its writer is just filling its place; null when there is none.
     *
     * @param end what {@link #tail} told: only calls in front of it
     */
    @Nullable
    CallTrace next(long end) {
        for (int looks = 0; seen < end && looks < MOST_LOOKS; looks++) {
            CallTrace trace = places.getAcquire((int) seen & mask);
            if (trace != null) {
                seen++;
                return trace;
            }
            if (looks < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1); // the writer was made to stand aside between its two steps
            }
        }
        return null;
    }

    /** Takes out calls that were looked at, as many as fit; how many. */
    int take(@Nullable CallTrace[] into) {
        int count = (int) Math.min(into.length, seen - taken);
        for (int i = 0; i < count; i++) {
            int place = (int) (taken + i) & mask;
            into[i] = places.getPlain(place);
            places.setPlain(place, null);
        }
        taken += count;
        positions.setRelease(HEAD, taken);
        return count;
    }
}
