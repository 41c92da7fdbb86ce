package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where calls wait that are too many at once under a policy, each key in a queue of its own: who came first goes first, and
 * nobody passes them. A call waits no longer than the policy says. At most {@value #MOST_OF_A_KEY} calls of a key and
 * {@value #MOST} in all wait; past that they are refused at once. Safe for many threads.
 */
final class WaitingRoom {

    private static final int MOST = 10_000;
    private static final int MOST_OF_A_KEY = 1_000;

    private volatile Duration longest;
    private final Map<CounterKey, Deque<Waiter>> queues = new HashMap<>();
    private int size;

    WaitingRoom(Duration longest) {
        this.longest = longest;
    }

    /** From now on calls wait so long. */
    void waitFor(Duration changed) {
        longest = changed;
    }

    /** Whether calls of the key wait, so that another has to wait behind them. */
    synchronized boolean isOccupied(CounterKey key) {
        return size > 0 && queues.containsKey(key);
    }

    /** How many calls wait. */
    synchronized int size() {
        return size;
    }

    /**
     * Has a call wait for its turn.
     *
     * @param window what it waits for
     * @param refusal makes what it gets when its turn does not come in time
     * @param attempt decides anew; refuses for the window as long as there is no place
     * @return the decision; a refusal at once when the room is full
     */
    LimitDecision queue(
            ProxyCall call,
            CounterKey key,
            LimitWindow window,
            Supplier<LimitDecision.Refused> refusal,
            Supplier<LimitDecision> attempt) {
        Waiter waiter = new Waiter(call, key, window, refusal, attempt);
        if (!tryEnter(waiter)) {
            return refusal.get();
        }
        waiter.begin();
        return new LimitDecision.Pending(waiter.decided);
    }

    private synchronized boolean tryEnter(Waiter waiter) {
        Deque<Waiter> queue = queues.get(waiter.key);
        if (size >= MOST || queue != null && queue.size() >= MOST_OF_A_KEY) {
            return false;
        }
        if (queue == null) {
            queue = new ArrayDeque<>();
            queues.put(waiter.key, queue);
        }
        queue.add(waiter);
        size++;
        return true;
    }

    /** There may be room for a call of the key. */
    void wake(CounterKey key) {
        Waiter next = first(key);
        if (next != null) {
            next.call.io().execute(next::tryAgain);
        }
    }

    private synchronized @Nullable Waiter first(CounterKey key) {
        Deque<Waiter> queue = size == 0 ? null : queues.get(key);
        return queue == null ? null : queue.peek();
    }

    private synchronized boolean remove(Waiter waiter) {
        Deque<Waiter> queue = queues.get(waiter.key);
        if (queue == null || !queue.remove(waiter)) {
            return false;
        }
        size--;
        if (queue.isEmpty()) {
            queues.remove(waiter.key);
        }
        return true;
    }

    /** A call that waits. All but its removal happens on the I/O thread of the call. */
    private final class Waiter {

        private final ProxyCall call;
        private final CounterKey key;
        private final LimitWindow window;
        private final Supplier<LimitDecision.Refused> refusal;
        private final Supplier<LimitDecision> attempt;
        private final CompletableFuture<LimitDecision> decided = new CompletableFuture<>();
        private Scheduler.@Nullable Scheduled timeout;

        Waiter(
                ProxyCall call,
                CounterKey key,
                LimitWindow window,
                Supplier<LimitDecision.Refused> refusal,
                Supplier<LimitDecision> attempt) {
            this.call = call;
            this.key = key;
            this.window = window;
            this.refusal = refusal;
            this.attempt = attempt;
        }

        /** Tries once more at once: what was released between the refusal and the waiting woke nobody. */
        void begin() {
            timeout = call.io().schedule(longest, () -> leave(refusal));
            call.onEnd(end -> leave(refusal));
            tryAgain();
        }

        void tryAgain() {
            if (decided.isDone() || first(key) != this) {
                return;
            }
            LimitDecision decision = attempt.get();
            boolean stillFull = decision instanceof LimitDecision.Refused refused
                    && refused.violated().contains(window)
                    && refused.violated().stream().allMatch(each -> each.seconds() == 0);
            if (!stillFull) {
                leave(() -> decision);
            }
        }

        private void leave(Supplier<? extends LimitDecision> decision) {
            if (remove(this)) {
                if (timeout != null) {
                    timeout.cancel();
                }
                decided.complete(decision.get());
                wake(key); // there may be room for more than one
            }
        }
    }
}
