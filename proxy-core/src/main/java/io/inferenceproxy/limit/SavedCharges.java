package io.inferenceproxy.limit;

import java.util.ArrayList;
import java.util.List;

/**
 * The charges of a policy's counters, oldest first, and of one caller at most {@value #MOST}: where there are more, several
 * are told as one of the time of their last, which then counts that much longer.
 */
final class SavedCharges implements Counter.Charges {

    private static final int MOST = 16;

    private final List<Saved> charges = new ArrayList<>();

    private SavedCharges() {}

    private record Saved(long amount, long at) {}

    /** Who is told of charges. */
    @FunctionalInterface
    interface Visitor {
        /** A charge: whose, how much, and when. */
        void charge(CounterKey key, long amount, long at);
    }

    /** Tells the charges of all counters that have a key of their own. */
    static void of(LimitPolicy policy, long now, Visitor visitor) {
        policy.table().keyed().forEach(each -> of(each, now, visitor));
    }

    /** Tells the charges of the counters of a stripe, under its monitor. */
    static void of(CounterStripe stripe, long now, Visitor visitor) {
        synchronized (stripe) {
            stripe.forEach((high, low, counter) -> {
                SavedCharges saved = new SavedCharges();
                counter.saveTo(saved, now);
                saved.tell(new CounterKey(high, low), visitor);
            });
        }
    }

    private void tell(CounterKey key, Visitor visitor) {
        int group = (charges.size() + MOST - 1) / MOST;
        for (int first = 0; first < charges.size(); first += group) {
            List<Saved> one = charges.subList(first, Math.min(charges.size(), first + group));
            long amount = one.stream().mapToLong(Saved::amount).sum();
            visitor.charge(key, amount, one.get(one.size() - 1).at);
        }
    }

    @Override
    public void charge(long amount, long at) {
        charges.add(new Saved(amount, at));
    }

    @Override
    public void debt(int window, long paidAt) {
        throw new IllegalStateException("rolling windows have no debts");
    }
}
