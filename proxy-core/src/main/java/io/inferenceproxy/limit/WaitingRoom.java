package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where calls wait that are too many at once under a policy, each key in a queue of its own: who came first goes first, and
 * nobody passes them. A call waits no longer than the policy says. At most {@value #MOST_OF_A_KEY} calls of a key and
 * {@value #MOST} in all wait; past that they are refused at once. Safe for many threads.
 *
 * <p>Only the first of a queue tries: when it comes, when a place is given back here, and, where places are given back
 * elsewhere too, every 50 to 100 milliseconds; less often where more than {@value #QUICK} queues do so, so that all of them
 * together try no more than some {@value #TRIES} times a second.
 *
 * <p>It is over 300 lines because who waits and the queues that they stand in are changed together.
 */
final class WaitingRoom {

    private static final int MOST = 10_000;
    private static final int MOST_OF_A_KEY = 1_000;
    private static final int PAUSE_MILLIS = 50;
    private static final int TRIES = 2_000;
    private static final int QUICK = TRIES * PAUSE_MILLIS / 1_000;

    private volatile Duration longest;
    private final Map<CounterKey, List<Waiter>> queues = new HashMap<>();
    private int size;

    /** How a call that waits tries to get a place; all of it on the I/O thread of the call. */
    interface Turn {

        /**
         * Decides anew, now or later; refuses for what the call waits for as long as there is no place. What comes after the call
         * has left is given back.
         *
         * @param pause after how long at most another try is made, if this one fails
         */
        void take(Duration pause, Consumer<LimitDecision> then);

        /** What the call gets when its turn does not come in time. */
        LimitDecision.Refused tooLate();

        /** Whether places are given back where this room does not hear of it. */
        boolean isPolled();
    }

    /** Tries to get a place that is counted here. */
    private record LocalTurn(Supplier<LimitDecision.Refused> refusal, Supplier<LimitDecision> attempt) implements Turn {
        @Override
        public void take(Duration pause, Consumer<LimitDecision> then) {
            then.accept(attempt.get());
        }

        @Override
        public LimitDecision.Refused tooLate() {
            return refusal.get();
        }

        @Override
        public boolean isPolled() {
            return false;
        }
    }

    WaitingRoom(Duration longest) {
        this.longest = longest;
    }

    /** From now on calls wait so long. */
    void waitFor(Duration changed) {
        longest = changed;
    }

    /** How long a call waits at most. */
    Duration longest() {
        return longest;
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
     * Has a call wait for its turn, behind all that are there.
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
        return queue(call, key, window, Long.MAX_VALUE, longest, new LocalTurn(refusal, attempt));
    }

    /**
     * Has a call wait for its turn, behind those that arrived before it.
     *
     * @param window what it waits for
     * @param arrivedAt by a clock that is the same for all
     * @param longest for how long
     * @return the decision; a refusal at once when the room is full
     */
    LimitDecision queue(
            ProxyCall call, CounterKey key, LimitWindow window, long arrivedAt, Duration longest, Turn turn) {
        Waiter waiter = new Waiter(call, key, window, arrivedAt, turn);
        if (!tryEnter(waiter)) {
            return turn.tooLate();
        }
        waiter.begin(longest);
        return new LimitDecision.Pending(waiter.decided);
    }

    private synchronized boolean tryEnter(Waiter waiter) {
        List<Waiter> queue = queues.get(waiter.key);
        if (size >= MOST || queue != null && queue.size() >= MOST_OF_A_KEY) {
            return false;
        }
        if (queue == null) {
            queue = new ArrayList<>(1);
            queues.put(waiter.key, queue);
        }
        int place = queue.size();
        while (place > 0 && queue.get(place - 1).arrivedAt > waiter.arrivedAt) {
            place--;
        }
        queue.add(place, waiter);
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

    /** There may be room for calls of any key. */
    void wakeAll() {
        for (CounterKey key : keys()) {
            wake(key);
        }
    }

    private synchronized List<CounterKey> keys() {
        return List.copyOf(queues.keySet());
    }

    /** Another is the first of the key now. */
    private void follow(CounterKey key) {
        Waiter next = first(key);
        if (next != null) {
            next.call.io().execute(next.turn.isPolled() ? next::rest : next::tryAgain);
        }
    }

    private synchronized @Nullable Waiter first(CounterKey key) {
        List<Waiter> queue = size == 0 ? null : queues.get(key);
        return queue == null ? null : queue.get(0);
    }

    private synchronized boolean remove(Waiter waiter) {
        List<Waiter> queue = queues.get(waiter.key);
        if (queue == null || !queue.remove(waiter)) {
            return false;
        }
        size--;
        if (queue.isEmpty()) {
            queues.remove(waiter.key);
        }
        return true;
    }

    /** The longest pause between two tries of a queue; they are at least half as long. */
    private synchronized Duration pause() {
        return Duration.ofMillis(2L * PAUSE_MILLIS * Math.max(QUICK, queues.size()) / QUICK);
    }

    /** A call that waits. All but its removal happens on the I/O thread of the call. */
    private final class Waiter {

        private final ProxyCall call;
        private final CounterKey key;
        private final LimitWindow window;
        private final long arrivedAt;
        private final Turn turn;
        private final CompletableFuture<LimitDecision> decided = new CompletableFuture<>();
        private Scheduler.@Nullable Scheduled timeout;
        private Scheduler.@Nullable Scheduled next;
        private boolean trying;
        private boolean woken;

        Waiter(ProxyCall call, CounterKey key, LimitWindow window, long arrivedAt, Turn turn) {
            this.call = call;
            this.key = key;
            this.window = window;
            this.arrivedAt = arrivedAt;
            this.turn = turn;
        }

        /** Tries once more at once: what was released between the refusal and the waiting woke nobody. */
        void begin(Duration longest) {
            timeout = call.io().schedule(longest, this::giveUp);
            call.onEnd(end -> giveUp());
            tryAgain();
        }

        void tryAgain() {
            if (decided.isDone() || first(key) != this) {
                return;
            }
            if (trying) { // what was given back meanwhile may not be known to who answers
                woken = true;
                return;
            }
            endRest();
            trying = true;
            woken = false;
            turn.take(pause(), this::tried);
        }

        private void tried(LimitDecision decision) {
            trying = false;
            if (decided.isDone()) {
                if (decision instanceof LimitDecision.Admitted admitted) {
                    admitted.charge().giveBack();
                    admitted.charge().end();
                }
                return;
            }
            boolean stillFull = decision instanceof LimitDecision.Refused refused
                    && refused.violated().stream().anyMatch(this::isAwaited)
                    && refused.violated().stream().allMatch(each -> each.seconds() == 0);
            if (!stillFull) {
                if (leave(() -> decision)) {
                    wake(key); // there may be room for more than one
                }
            } else if (woken) {
                tryAgain();
            } else {
                rest();
            }
        }

        /** By its name, since its quota may have been changed meanwhile. */
        private boolean isAwaited(LimitWindow violated) {
            return violated.name().equals(window.name());
        }

        /** Tries again after a while, where it does not hear of all places that are given back. */
        private void rest() {
            boolean waits = !decided.isDone() && !trying && first(key) == this;
            if (waits && next == null && turn.isPolled()) {
                long most = pause().toMillis();
                long millis = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
                next = call.io().schedule(Duration.ofMillis(millis), this::rested);
            }
        }

        private void rested() {
            next = null;
            tryAgain();
        }

        private void endRest() {
            if (next != null) {
                next.cancel();
                next = null;
            }
        }

        private void giveUp() {
            if (leave(turn::tooLate)) {
                follow(key);
            }
        }

        private boolean leave(Supplier<? extends LimitDecision> decision) {
            if (!remove(this)) {
                return false;
            }
            if (timeout != null) {
                timeout.cancel();
            }
            endRest();
            decided.complete(decision.get());
            return true;
        }
    }
}
