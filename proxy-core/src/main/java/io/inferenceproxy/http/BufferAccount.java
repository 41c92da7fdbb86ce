package io.inferenceproxy.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the bytes that are held of bodies, over all calls and threads, and says when there is room for no more.
 *
 * <ol>
 *   <li>{@link #tryReserve} never takes {@link #used()} past {@link #bound()}. What is here already and cannot be refused is
 *       counted by {@link #reserve}, which may.
 *   <li>Whoever reserved gives exactly that back, once. When nothing is held, {@code used()} is 0.
 *   <li>It is full ({@link #isFull()}) from the moment that nothing more fits, or something did not, until an eighth of the
 *       bound is free again, so that what is under way gets the room that comes free, before anything new.
 *   <li>Nobody waits here: who gets no room is refused, or stops reading until its turn comes anyhow. So there is nobody to
 *       wake, and no wake-up to lose.
 * </ol>
 *
 * <p>Each thread takes from a stripe, which has a lease on some of the bound: mostly one atomic step in memory that no other
 * processor writes. Near the bound the leases are called in, so that nothing is refused for what others only might need.
 */
public final class BufferAccount {

    private static final long LEASE = 256 << 10;

    /** Between two stripes, so that no two are in one cache line, nor in two that are fetched together. */
    private static final int APART = 16;

    private final long bound;
    private final int mask;
    private final AtomicLong leased = new AtomicLong();
    private final AtomicLongArray spare;
    private final LongAdder refusals = new LongAdder();
    private volatile boolean tight;

    private BufferAccount(long bound, int stripes) {
        this.bound = bound;
        this.mask = stripes - 1;
        this.spare = new AtomicLongArray(stripes * APART);
    }

    /** An account of at most so many bytes. */
    public static BufferAccount boundedBy(long bytes) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new BufferAccount(bytes, Integer.highestOneBit(processors) * 4);
    }

    /** Reserves that many bytes, if they fit. */
    public boolean tryReserve(long bytes) {
        int stripe = stripe();
        if (takeSpare(stripe, bytes) || lease(stripe, bytes)) {
            return true;
        }
        callIn();
        if (take(bytes)) {
            return true;
        }
        tight = true;
        return false;
    }

    /** Counts that many bytes which are held already, whether they fit or not. */
    public void reserve(long bytes) {
        int stripe = stripe();
        if (!takeSpare(stripe, bytes) && !lease(stripe, bytes)) {
            callIn();
            if (leased.addAndGet(bytes) >= bound) {
                tight = true;
            }
        }
    }

    /** Gives back that many bytes of those that were reserved, on whatever thread. */
    public void release(long bytes) {
        int stripe = stripe();
        long left = spare.addAndGet(stripe, bytes);
        if (tight) {
            giveBack(stripe, 0);
        } else if (left > 2 * LEASE) {
            giveBack(stripe, LEASE);
        }
    }

    /** How many bytes are held; while others reserve and release, about as many. */
    public long used() {
        long unused = 0;
        for (int stripe = 0; stripe < spare.length(); stripe += APART) {
            unused += spare.get(stripe);
        }
        return Math.max(0, leased.get() - unused);
    }

    /** How many bytes there may be. */
    public long bound() {
        return bound;
    }

    /** Whether there is room for nothing new. */
    public boolean isFull() {
        if (!tight) {
            return false;
        }
        if (used() >= bound - bound / 8) {
            return true;
        }
        tight = false;
        return false;
    }

    /** Whether what could not be refused has taken it a quarter past its bound. */
    public boolean isOverrun() {
        return tight && used() >= bound + bound / 4;
    }

    /** Notes that a call was refused for want of room. */
    public void refused() {
        refusals.increment();
    }

    /** How many calls were refused for want of room. */
    public long refusals() {
        return refusals.sum();
    }

    private int stripe() {
        return (int) (Thread.currentThread().getId() & mask) * APART;
    }

    private boolean takeSpare(int stripe, long bytes) {
        long there = spare.get(stripe);
        while (there >= bytes) {
            if (spare.compareAndSet(stripe, there, there - bytes)) {
                return true;
            }
            there = spare.get(stripe);
        }
        return false;
    }

    /** Takes the bytes from what is nobody's, with a lease for what will be asked for next if that fits too. */
    private boolean lease(int stripe, long bytes) {
        if (take(bytes + LEASE)) {
            spare.addAndGet(stripe, LEASE);
            return true;
        }
        return take(bytes);
    }

    private boolean take(long bytes) {
        long now = leased.get();
        while (bytes <= bound - now) {
            if (leased.compareAndSet(now, now + bytes)) {
                if (now + bytes == bound) {
                    tight = true;
                }
                return true;
            }
            now = leased.get();
        }
        return false;
    }

    private void callIn() {
        for (int stripe = 0; stripe < spare.length(); stripe += APART) {
            giveBack(stripe, 0);
        }
    }

    private void giveBack(int stripe, long kept) {
        long there = spare.get(stripe);
        while (there > kept) {
            if (spare.compareAndSet(stripe, there, kept)) {
                leased.addAndGet(kept - there);
                return;
            }
            there = spare.get(stripe);
        }
    }
}
