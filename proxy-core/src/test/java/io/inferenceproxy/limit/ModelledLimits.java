package io.inferenceproxy.limit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * All policies of a {@link LimitSchedule} together, each as {@link ModelledPolicy} has it, the last of them one of calls at once:
 * a call is charged to all or to none.
 */
final class ModelledLimits {

    static final int ADDRESSES = 3;

    /** What callers are told to wait for one of their own calls to end. */
    private static final long SECOND = 1_000_000_000L;

    private final LimitPolicyOptions[] policies;
    private final ModelledPolicy[] models;
    private final int atOnce;
    private final Map<Integer, Integer> underWay = new HashMap<>();

    ModelledLimits(Map<String, LimitPolicyOptions> options) {
        policies = options.values().toArray(LimitPolicyOptions[]::new);
        models = Arrays.stream(policies)
                .limit(policies.length - 1L)
                .map(ModelledPolicy::new)
                .toArray(ModelledPolicy[]::new);
        atOnce = policies[models.length].atOnce();
    }

    /**
     * What a call was charged.
     *
     * @param user whose call it is
     * @param entries the charge of each policy
     */
    record Charged(int user, List<ModelledPolicy.Entry> entries) {}

    /**
     * How long a call has to wait.
     *
     * @param least at the least; 0 when it may be admitted
     * @param most at the most; 0 when it must be
     */
    record Wait(long least, long most) {}

    /** How many more calls of the user may be under way. */
    int places(int user) {
        return atOnce - underWay.getOrDefault(user, 0);
    }

    Wait waitOf(int user, long items, long now) {
        long least = places(user) == 0 ? SECOND : 0;
        long most = least;
        for (int i = 0; i < models.length; i++) {
            int key = keyOf(i, user);
            long amount = amountOf(i, items);
            for (int window = 0; window < models[i].windows(); window++) {
                long wait = models[i].leastWait(key, window, amount, now);
                least = Math.max(least, wait);
                most = Math.max(most, models[i].mostWait(key, window, amount, now, wait));
            }
        }
        return new Wait(least, most);
    }

    Charged charge(int user, long items, long now) {
        List<ModelledPolicy.Entry> entries = new ArrayList<>(models.length);
        for (int i = 0; i < models.length; i++) {
            entries.add(models[i].charge(keyOf(i, user), amountOf(i, items), now));
        }
        underWay.merge(user, 1, Integer::sum);
        return new Charged(user, entries);
    }

    /** Gives back all that those policies charged. */
    void giveBack(Charged call, Predicate<LimitPolicyOptions> those, long now) {
        for (int i = 0; i < models.length; i++) {
            if (those.test(policies[i])) {
                ModelledPolicy.Entry entry = call.entries.get(i);
                models[i].giveBack(keyOf(i, call.user), entry, entry.amount(), now);
            }
        }
    }

    /** Puts what a call cost in the place of what is reserved for it, where something still is. */
    void settle(Charged call, long actual, long now) {
        for (int i = 0; i < models.length; i++) {
            ModelledPolicy.Entry entry = call.entries.get(i);
            if (policies[i].cost().isSettled() && entry.amount() > 0) {
                if (actual > entry.amount()) {
                    models[i].charge(keyOf(i, call.user), actual - entry.amount(), now);
                } else {
                    models[i].giveBack(keyOf(i, call.user), entry, entry.amount() - actual, now);
                }
            }
        }
    }

    void end(Charged call) {
        underWay.merge(call.user, -1, Integer::sum);
    }

    /** All that was charged until now is in the file. */
    void written(long now) {
        for (ModelledPolicy model : models) {
            model.written(now);
        }
    }

    /** What is not in the file has not been. */
    void killed() {
        for (ModelledPolicy model : models) {
            model.killed();
        }
    }

    /** In a new process no call is under way. */
    void begunAnew() {
        underWay.clear();
    }

    /** Whether the user may be charged without more users being counted apart than the first policy does. */
    boolean hasRoom(int user, long now) {
        List<Integer> keys = models[0].keysInUse(now);
        return keys.size() < policies[0].maxKeys() || keys.contains(user);
    }

    /** A user whom the first policy counts apart. */
    int anyCounted(long now) {
        return models[0].keysInUse(now).get(0);
    }

    /** How what a user is told differs from what is left; empty when it does not. */
    String difference(int user, List<WindowStatus> statuses, long now) {
        int told = 0;
        for (int i = 0; i < models.length; i++) {
            int key = keyOf(i, user);
            for (int window = 0; window < models[i].windows(); window++) {
                WindowStatus status = statuses.get(told++);
                long most = models[i].mostRemaining(key, window, now);
                long least = models[i].leastRemaining(key, window, now, most);
                if (status.remaining() > most || status.remaining() < least) {
                    return status + ", expected " + least + " to " + most + " remaining";
                }
            }
        }
        boolean same = statuses.size() == told + 1 && statuses.get(told).remaining() == places(user);
        return same ? "" : statuses + ", expected " + told + " and one with " + places(user) + " remaining";
    }

    private int keyOf(int policy, int user) {
        return switch (policies[policy].key().get(0).kind()) {
            case USER -> user;
            case ADDRESS -> user % ADDRESSES;
            default -> -1;
        };
    }

    private long amountOf(int policy, long items) {
        LimitCost cost = policies[policy].cost();
        return cost instanceof LimitCost.Items ? items : cost.isSettled() ? policies[policy].estimate() : 1;
    }
}
