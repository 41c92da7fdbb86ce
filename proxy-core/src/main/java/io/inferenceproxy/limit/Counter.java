package io.inferenceproxy.limit;

import io.github.bucket4j.BucketState;
import java.util.List;

/**
 * The windows of one caller under one policy. Everything but {@link #giveBack} is done under its own monitor, which the
 * caller takes, so that several counters can be read and charged as one.
 */
final class Counter {

    private final List<WindowRule> rules;
    private final BucketState[] turns;
    private boolean evicted;

    Counter(List<WindowRule> rules, long now) {
        this.rules = rules;
        this.turns = new BucketState[rules.size()];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = rules.get(i).begun(now);
        }
    }

    /** Whether it was taken out of its table, so that it no longer counts for anyone. */
    boolean isEvicted() {
        return evicted;
    }

    void evict() {
        evicted = true;
    }

    /** Lets windows begin anew that are over. */
    void refresh(long now) {
        for (int i = 0; i < turns.length; i++) {
            WindowRule rule = rules.get(i);
            if (!rule.isFull(turns[i]) && rule.isOver(turns[i], now)) {
                turns[i] = rule.begun(now);
            }
        }
    }

    /** Whether all windows are full: it could as well not be there. */
    boolean isFull() {
        for (int i = 0; i < turns.length; i++) {
            if (!rules.get(i).isFull(turns[i])) {
                return false;
            }
        }
        return true;
    }

    /** The longest wait among windows that have nothing left, in nanoseconds; 0 when a call may be charged. */
    long waitNanos(long now) {
        long longest = 0;
        for (int i = 0; i < turns.length; i++) {
            if (turns[i].getAvailableTokens() == 0) {
                longest = Math.max(longest, rules.get(i).resetNanos(turns[i], now));
            }
        }
        return longest;
    }

    /** Charges one call to every window and returns the turns that it was charged to. */
    BucketState[] charge(long now) {
        for (int i = 0; i < turns.length; i++) {
            if (rules.get(i).isFull(turns[i])) {
                turns[i] = rules.get(i).begun(now);
            }
            turns[i].consume(1);
        }
        return turns.clone();
    }

    /** Takes a charge back where its turn is still running. */
    synchronized void giveBack(BucketState[] charged) {
        for (int i = 0; i < turns.length; i++) {
            if (turns[i] == charged[i]) {
                turns[i].addTokens(1);
            }
        }
    }

    /** Takes back any one charge of each window. */
    void giveBackOne() {
        for (BucketState turn : turns) {
            turn.addTokens(1);
        }
    }

    void addStatuses(long now, List<WindowStatus> statuses, List<LimitWindow> violated) {
        for (int i = 0; i < turns.length; i++) {
            WindowStatus status = rules.get(i).status(turns[i], now);
            statuses.add(status);
            if (status.remaining() == 0) {
                violated.add(status.window());
            }
        }
    }
}
