package io.inferenceproxy.limit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Charges the policies with what the journal tells. Policies go by their names: quotas and windows may have changed, what was
 * charged then counts under those of now.
 */
final class JournalReplay implements JournalReader.Batches {

    private final Map<String, LimitPolicy> policies = new HashMap<>();
    private final List<@Nullable ReplayedPolicy> byNumber = new ArrayList<>();
    private final Set<String> forgotten = new LinkedHashSet<>();
    private final long now;
    private long counterBytes;

    /**
     * @param now when it is; times after it, by a clock that has been set back since, are told as this one
     */
    JournalReplay(List<LimitPolicy> policies, long now) {
        policies.forEach(policy -> this.policies.put(policy.countedAs(), policy));
        this.now = now;
    }

    /** The policies that are no more, or count so that nothing can be carried over. */
    Set<String> forgotten() {
        return forgotten;
    }

    /** How much of what was read is a checkpoint. */
    long counterBytes() {
        return counterBytes;
    }

    @Override
    public void batch(JournalCursor records) {
        int begun = records.left();
        long base = records.fixed();
        long last = base;
        boolean counters = false;
        while (records.hasMore()) {
            byte kind = records.kind();
            int number = Math.toIntExact(records.number());
            if (kind == JournalBatch.POLICY) {
                policy(number, records);
                continue;
            }
            ReplayedPolicy policy = number < byNumber.size() ? byNumber.get(number) : null;
            CounterKey key = new CounterKey(records.fixed(), records.fixed());
            if (kind == JournalBatch.COUNTER) {
                counters = true;
                counter(policy, key, base, records);
                continue;
            }
            long amount = records.number();
            last += records.signed();
            if (kind == JournalBatch.CHARGE) {
                if (policy != null) {
                    policy.charge(key, amount, last);
                }
            } else if (kind == JournalBatch.GIVEN_BACK) {
                long chargedAt = last - records.signed();
                if (policy != null) {
                    policy.giveBack(key, amount, chargedAt, last);
                }
            } else {
                throw new IndexOutOfBoundsException("record: " + kind);
            }
        }
        counterBytes += counters ? begun : 0;
    }

    private void policy(int number, JournalCursor record) {
        String name = record.text();
        boolean smooth = record.kind() != 0;
        long[] periods = new long[Math.toIntExact(record.number())];
        for (int i = 0; i < periods.length; i++) {
            periods[i] = record.number();
        }
        while (byNumber.size() <= number) {
            byNumber.add(null);
        }
        LimitPolicy policy = policies.get(name);
        boolean lost = policy == null || Recount.isImpossible(smooth, policy);
        byNumber.set(number, policy == null || lost ? null : new ReplayedPolicy(policy, periods, now));
        if (lost) {
            forgotten.add(name);
        }
    }

    private void counter(@Nullable ReplayedPolicy policy, CounterKey key, long base, JournalCursor record) {
        long last = base;
        long setBack = Math.max(0, base - now);
        for (long next = record.number(); next != JournalBatch.END; next = record.number()) {
            if (next == JournalBatch.DEBT) {
                int window = Math.toIntExact(record.number());
                long paidAt = base + record.signed() - setBack;
                if (policy != null) {
                    policy.debt(key, window, paidAt);
                }
            } else {
                last += record.signed();
                if (policy != null) {
                    policy.charge(key, next - 1, last);
                }
            }
        }
    }

    /** Drops the counters that have nothing charged any more. */
    void finish() {
        policies.values().forEach(policy -> policy.table().sweep(now));
    }
}
