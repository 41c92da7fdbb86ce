package io.inferenceproxy.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Charges on their way from the threads of the calls to the one that writes them down: a bounded queue of numbers. Who finds
 * it full does not wait; it is counted.
 *
 * <p>A place is as long as a line of the processor's cache. Its first number is written last, and is 0 as long as the place
 * is empty.
 */
final class ChargeRing {

    private static final VarHandle FIRST = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PLACE = 8;
    private static final long PRESENT = 1L << 62;
    private static final long BACK = 1L << 61;
    private static final int POLICY_AT = 32;

    /** How many policies have a number of their own. */
    static final int MOST_POLICIES = 1 << 16;

    /** Far apart, so that those who add and the one who takes do not share a line. */
    private static final int TAIL = PLACE;

    private static final int HEAD = 3 * PLACE;

    private final long[] places;
    private final long mask;
    private final AtomicLongArray ends = new AtomicLongArray(5 * PLACE);
    private final LongAdder dropped = new LongAdder();
    private final Runnable whenQuarterFull;

    /**
     * @param size a power of two
     * @param whenQuarterFull called by who makes it so
     */
    ChargeRing(int size, Runnable whenQuarterFull) {
        this.places = new long[size * PLACE];
        this.mask = size - 1L;
        this.whenQuarterFull = whenQuarterFull;
    }

    /** The journal of one policy. */
    ChargeJournal journal(int policy) {
        long known = PRESENT | (long) policy << POLICY_AT;
        return new ChargeJournal() {
            @Override
            public void charged(CounterKey key, long amount, long at, int epoch) {
                add(known | epoch & 0xFFFF_FFFFL, key, amount, at, at);
            }

            @Override
            public void givenBack(CounterKey key, long amount, long chargedAt, long at, int epoch) {
                add(known | BACK | epoch & 0xFFFF_FFFFL, key, amount, at, chargedAt);
            }
        };
    }

    private void add(long first, CounterKey key, long amount, long at, long chargedAt) {
        long place;
        long waiting;
        do {
            place = ends.get(TAIL);
            waiting = place - ends.get(HEAD);
            if (waiting > mask) {
                dropped.increment();
                return;
            }
        } while (!ends.weakCompareAndSetVolatile(TAIL, place, place + 1));
        int from = (int) (place & mask) * PLACE;
        places[from + 1] = key.high();
        places[from + 2] = key.low();
        places[from + 3] = amount;
        places[from + 4] = at;
        places[from + 5] = chargedAt;
        FIRST.setRelease(places, from, first);
        if (waiting == mask >> 2) {
            whenQuarterFull.run();
        }
    }

    /** Hands on what has been added, in that order, and at most so much of it; for one thread at a time. Says how much it was. */
    int drain(int most, Sink sink) {
        long place = ends.get(HEAD);
        int taken = 0;
        while (taken < most) {
            int from = (int) (place & mask) * PLACE;
            long first = (long) FIRST.getAcquire(places, from);
            if (first == 0) {
                break;
            }
            int policy = (int) (first >>> POLICY_AT) & 0xFFFF;
            int epoch = (int) first;
            if ((first & BACK) == 0) {
                sink.charged(epoch, policy, places[from + 1], places[from + 2], places[from + 3], places[from + 4]);
            } else {
                sink.givenBack(
                        epoch,
                        policy,
                        places[from + 1],
                        places[from + 2],
                        places[from + 3],
                        places[from + 5],
                        places[from + 4]);
            }
            places[from] = 0;
            place++;
            taken++;
        }
        ends.setRelease(HEAD, place);
        return taken;
    }

    /** How many found it full. */
    long dropped() {
        return dropped.sum();
    }

    /** Who is handed the charges. */
    interface Sink {
        /** So much was charged. */
        void charged(int epoch, int policy, long high, long low, long amount, long at);

        /** So much was given back of what was charged at a time. */
        void givenBack(int epoch, int policy, long high, long low, long amount, long chargedAt, long at);
    }
}
