package io.inferenceproxy.limit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * So many calls of one caller, all alike, that are charged in one round trip and then admitted here one by one. Calls may
 * take their places while the answer is still out; they wait for it.
 */
final class QuotaSlice {

    /** No place was left, or none could be taken any more. */
    static final int NONE = -1;

    /** What became of the charge. */
    enum Outcome {
        GRANTED,
        REFUSED,
        FAILED
    }

    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile @Nullable Grant grant;
    private int left;
    private long until;
    private boolean closed;
    private boolean late;

    /**
     * What was granted.
     *
     * @param statuses how the windows stood when all of it was charged
     * @param at when that was known here
     * @param chargedAt when it was charged by the shared clock, in microseconds
     */
    record Grant(List<WindowStatus> statuses, long at, long chargedAt) {}

    /**
     * A slice that is asked for.
     *
     * @param calls how many others may take a place beside the one for whom it is
     * @param until up to when they may as long as the answer is out
     */
    QuotaSlice(int calls, long until) {
        this.left = calls;
        this.until = until;
    }

    /** Takes a place, and says how many are left then; {@link #NONE} when there is none at that time. */
    synchronized int take(long now) {
        return closed || left == 0 || now >= until ? NONE : --left;
    }

    /** How many places are left. */
    synchronized int left() {
        return left;
    }

    /** How many calls it admits still at that time. */
    synchronized int ready(long now) {
        return grant != null && !closed && now < until ? left : 0;
    }

    /** What was granted; nothing as long as that is not known. */
    @Nullable
    Grant grant() {
        return grant;
    }

    /** Whether nobody will be admitted by it any more. */
    synchronized boolean isOver(long now) {
        return closed || grant != null && (left == 0 || now >= until);
    }

    /** Somebody waited for it too long; true for the first, since one answer is late, however many wait for it. */
    synchronized boolean tryLate() {
        boolean first = !late;
        late = true;
        return first;
    }

    /** Whether somebody waited for it too long. */
    synchronized boolean isLate() {
        return late;
    }

    /** A call leaves its place without having been admitted; how many are to be given back for it. */
    synchronized int leave() {
        if (closed && grant != null) {
            return 1;
        }
        left++;
        return 0;
    }

    /**
     * All was charged; how many are to be given back at once, since it was closed meanwhile.
     *
     * @param until up to when calls are admitted by it
     */
    synchronized int grant(Grant made, long until) {
        this.grant = made;
        this.until = until;
        return closed ? drained() : 0;
    }

    /** Nobody is admitted any more; how many are to be given back now. */
    synchronized int close() {
        closed = true;
        return grant == null ? 0 : drained();
    }

    private int drained() {
        int rest = left;
        left = 0;
        return rest;
    }

    /** Tells those who wait. */
    void end(Outcome known) {
        outcome.complete(known);
    }

    CompletionStage<Outcome> outcome() {
        return outcome;
    }
}
