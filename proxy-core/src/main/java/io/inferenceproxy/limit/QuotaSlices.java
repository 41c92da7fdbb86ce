package io.inferenceproxy.limit;

import io.inferenceproxy.limit.QuotaSlice.Grant;
import io.inferenceproxy.limit.QuotaSlice.Outcome;
import io.inferenceproxy.limit.SharedRequest.Verb;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy takes ahead of busy callers' quotas, so that most of their calls cost no round trip.
 *
 * <p>All of a slice is charged before the first call is admitted by it, under a time after the last: so never more than the
 * quota is admitted in any span, whatever becomes of this proxy. What is wrong is on the other side: what slices hold is
 * refused to the caller elsewhere until it is given back, and what they admitted counts longer than it must by their life.
 *
 * <p>Of at most {@value #MOST} callers it is known how busy they are; others are decided about one by one, until some have
 * not called for two lives of a slice.
 */
final class QuotaSlices {

    static final int MOST = 16_384;

    /** So many calls within the life of a slice make a caller busy. Fewer would cost more round trips than they save. */
    static final int BUSY = 4;

    private static final int LEAST = 2;

    /** Charges count too long by the life of their slice: by no more than this part of the shortest period. */
    private static final int PARTS = 16;

    private final SharedLimits limits;
    private final ConcurrentHashMap<CounterKey, SliceSlot> slots = new ConcurrentHashMap<>();
    private volatile boolean closed;

    QuotaSlices(SharedLimits limits) {
        this.limits = limits;
    }

    /** The slot of calls that claim this; none for strangers when there is no place. */
    @Nullable
    SliceSlot slot(Claim first, long now) {
        CounterKey shape = shape(first);
        SliceSlot known = slots.get(shape);
        if (known == null) {
            if (closed || slots.mappingCount() >= MOST) {
                return null;
            }
            SliceSlot made = new SliceSlot(first, life(first), now);
            SliceSlot other = slots.putIfAbsent(shape, made);
            known = other == null ? made : other;
        }
        return known.fits(first) ? known : null;
    }

    /** Of all that the claims are about, some bits. */
    private static CounterKey shape(Claim first) {
        long high = 0;
        long low = 0;
        for (Claim each = first; each != null; each = each.next()) {
            high = Long.rotateLeft(high, 21)
                    ^ each.key().high()
                    ^ each.policy().name().hashCode();
            low = Long.rotateLeft(low, 21) ^ each.key().low() ^ each.amount();
        }
        return new CounterKey(high, low);
    }

    private long life(Claim first) {
        Duration life = limits.options().sliceFor();
        for (Claim each = first; each != null; each = each.next()) {
            Duration part = limits.of(each.policy()).shortestPeriod().dividedBy(PARTS);
            life = part.compareTo(life) < 0 ? part : life;
        }
        return life.toNanos();
    }

    /**
     * Asks for a slice, and returns it with a place taken; another's where somebody else was quicker. None when the caller
     * is not busy, or has too little left.
     */
    @Nullable
    QuotaSlice ask(SliceSlot slot, @Nullable QuotaSlice known, long now) {
        int calls = calls(slot);
        if (calls < LEAST) {
            return null;
        }
        QuotaSlice fresh =
                new QuotaSlice(calls - 1, now + limits.options().timeout().toNanos());
        if (!slot.replace(known, fresh)) {
            QuotaSlice other = slot.current();
            return other != null && other.take(now) != QuotaSlice.NONE ? other : null;
        }
        if (known != null) {
            giveBack(slot, known, known.close());
        }
        long begun = limits.ticker().nanoTime();
        limits.ask(limits.request(Verb.CHARGE, slot.first(), calls, -slot.ahead()))
                .whenComplete((answer, failure) -> answered(slot, fresh, now, begun, answer));
        return fresh;
    }

    /**
     * For how many calls: no more than came lately and as many again, and never more than a proxy's part of half of what is
     * left, so that the last ones are decided about one by one.
     */
    private int calls(SliceSlot slot) {
        int pace = slot.pace();
        long most = pace < BUSY ? 0 : Math.min(limits.options().slice(), 2L * pace);
        for (Claim each = slot.first(); each != null && most > 0; each = each.next()) {
            long part = limits.of(each.policy()).room(each) / 2 / limits.state().replicas();
            most = Math.min(most, part);
        }
        return (int) most;
    }

    private void answered(SliceSlot slot, QuotaSlice slice, long sent, long begun, @Nullable SharedAnswer answer) {
        if (answer == null) {
            limits.state().failed();
            slice.close();
            slice.end(Outcome.FAILED);
            return;
        }
        if (!slice.isLate()) {
            limits.state().answered();
            limits.decided(begun);
        }
        List<WindowStatus> statuses = SharedDecision.statuses(limits, slot.first(), answer);
        if (!answer.isDone()) {
            slice.close();
            slice.end(Outcome.REFUSED);
            return;
        }
        // Counted from when it was sent: by the shared clock that was before it was charged.
        long until = sent + Math.min(slot.life(), nanosOfTurn(slot.first(), answer));
        giveBack(slot, slice, slice.grant(new Grant(statuses, limits.clock().now(), answer.now()), until));
        slice.end(Outcome.GRANTED);
        if (closed) {
            giveBack(slot, slice, slice.close());
        }
    }

    /** How long it is until one of the fixed windows begins anew: what was charged before is nothing to what comes after. */
    private long nanosOfTurn(Claim first, SharedAnswer answer) {
        long least = Long.MAX_VALUE;
        int place = 0;
        for (Claim each = first; each != null; each = each.next()) {
            SharedPolicy policy = limits.of(each.policy());
            for (int i = 0; policy.isFixed() && i < each.quotas().size(); i++) {
                least = Math.min(
                        least, 1_000 * answer.resetMicros(place + each.quotas().place(i)));
            }
            place += policy.places();
        }
        return least;
    }

    /** A call gives up its place. */
    void leave(SliceSlot slot, QuotaSlice slice) {
        giveBack(slot, slice, slice.leave());
    }

    private void giveBack(SliceSlot slot, QuotaSlice slice, int calls) {
        Grant grant = slice.grant();
        if (calls == 0 || grant == null) {
            return;
        }
        for (Claim each = slot.first(); each != null; each = each.next()) {
            SharedPolicy policy = limits.of(each.policy());
            long amount = calls * each.amount();
            limits.tell(Verb.GIVE_BACK, each, amount, policy.dated(grant.chargedAt(), slot.ahead()));
            policy.seeGivenBack(each.key(), amount);
        }
    }

    /** How the windows stand when what this proxy has taken ahead for such calls is counted as left. */
    List<WindowStatus> withOwn(Claim first, List<WindowStatus> statuses) {
        SliceSlot slot = slots.get(shape(first));
        QuotaSlice slice = slot != null && slot.fits(first) ? slot.current() : null;
        int ready = slice == null ? 0 : slice.ready(limits.clock().now());
        return ready == 0 ? statuses : later(first, statuses, ready, 0);
    }

    /** How windows stand that much later, when so many of the calls that were charged have not been made. */
    static List<WindowStatus> later(Claim first, List<WindowStatus> statuses, int calls, long nanos) {
        WindowStatus[] later = new WindowStatus[statuses.size()];
        long seconds = nanos / 1_000_000_000;
        int next = 0;
        for (Claim each = first; each != null; each = each.next()) {
            for (int end = next + each.quotas().size(); next < end; next++) {
                WindowStatus then = statuses.get(next);
                long remaining = Math.min(then.window().quota(), then.remaining() + calls * each.amount());
                later[next] = new WindowStatus(then.window(), remaining, Math.max(0, then.resetSeconds() - seconds));
            }
        }
        return List.of(later);
    }

    /**
     * Gives back what was not used within the life of its slice, and forgets callers who have gone. All of it is told when
     * this, or {@link #close()}, comes back, whoever else is at it.
     */
    synchronized void sweep() {
        if (slots.isEmpty()) {
            return;
        }
        long now = limits.clock().now();
        slots.forEach((shape, slot) -> {
            QuotaSlice slice = slot.current();
            if (slice != null && slice.isOver(now)) {
                giveBack(slot, slice, slice.close());
            }
            if (slot.tryEnd(now)) {
                slots.remove(shape, slot);
            }
        });
    }

    /** How many slots there are. */
    int size() {
        return slots.size();
    }

    /** Gives back all that was not used, and takes nothing more. */
    synchronized void close() {
        closed = true;
        slots.forEach((shape, slot) -> {
            QuotaSlice slice = slot.end();
            if (slice != null) {
                giveBack(slot, slice, slice.close());
            }
        });
    }
}
