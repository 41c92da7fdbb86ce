package io.inferenceproxy.upstream;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many calls an upstream has at once, over all I/O threads, and who waits for a place, first come first served.
 *
 * <p>While nobody waits, taking and giving back a place is one atomic step; only past the limit is there a lock, held for
 * a step in a linked set. A waiter sees the counter after it has become visible itself, and who gives back looks for
 * waiters after it has changed the counter, so no wake-up is lost.
 */
final class InFlightLimit {

    private final int most;
    private final int mostQueued;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger queued = new AtomicInteger();
    private final Set<Waiter> queue = new LinkedHashSet<>();

    InFlightLimit(int most, int mostQueued) {
        this.most = most;
        this.mostQueued = mostQueued;
    }

    /** Who waits for a place: it is told on its own thread. */
    interface Waiter {

        /**
         * Gets the place, which it must give back; called on any thread.
         *
         * @throws RejectedExecutionException when it cannot be reached any more
         */
        void onPlace();
    }

    /** Takes a place if one is free and nobody waits. */
    boolean tryAcquire() {
        return queued.get() == 0 && tryTake();
    }

    /** Joins the queue, unless it is full. The waiter may have its place before this returns. */
    boolean tryEnqueue(Waiter waiter) {
        synchronized (queue) {
            if (queue.size() >= mostQueued) {
                return false;
            }
            queue.add(waiter);
            queued.set(queue.size());
        }
        passOn();
        return true;
    }

    /** Leaves the queue; false when the waiter is no longer in it, since its place is on the way. */
    boolean tryLeave(Waiter waiter) {
        synchronized (queue) {
            boolean left = queue.remove(waiter);
            queued.set(queue.size());
            return left;
        }
    }

    /** Gives a place back. */
    void release() {
        inFlight.decrementAndGet();
        if (queued.get() > 0) {
            passOn();
        }
    }

    int inFlight() {
        return inFlight.get();
    }

    int queued() {
        return queued.get();
    }

    private boolean tryTake() {
        int now = inFlight.get();
        while (now < most) {
            if (inFlight.compareAndSet(now, now + 1)) {
                return true;
            }
            now = inFlight.get();
        }
        return false;
    }

    private void passOn() {
        List<Waiter> lucky = new ArrayList<>(1);
        synchronized (queue) {
            for (Iterator<Waiter> waiters = queue.iterator(); waiters.hasNext() && tryTake(); ) {
                lucky.add(waiters.next());
                waiters.remove();
            }
            queued.set(queue.size());
        }
        for (Waiter waiter : lucky) {
            try {
                waiter.onPlace();
            } catch (RejectedExecutionException unreachable) {
                release();
            }
        }
    }
}
