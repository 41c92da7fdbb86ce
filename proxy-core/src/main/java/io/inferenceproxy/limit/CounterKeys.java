package io.inferenceproxy.limit;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;

/**
 * Makes keys of counters. The seed is a secret, so a stranger who chooses names can neither make two of them one nor crowd a
 * table. Immutable.
 */
final class CounterKeys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final long seed0;
    private final long seed1;

    CounterKeys(long seed0, long seed1) {
        this.seed0 = seed0;
        this.seed1 = seed1;
    }

    /** Keys of a seed of their own. */
    static CounterKeys random() {
        return new CounterKeys(RANDOM.nextLong(), RANDOM.nextLong());
    }

    long seed0() {
        return seed0;
    }

    long seed1() {
        return seed1;
    }

    /** The key of a name. */
    CounterKey of(LimitKey.Kind kind, String issuer, String name) {
        SipHash hash = SipHash.begun(seed0, seed1);
        add(hash, kind, issuer, name);
        return keyOf(hash);
    }

    /**
     * The key under which a policy counts the call.
     *
     * @param model what the content names as its model; empty where nobody asks
     */
    CounterKey of(List<LimitKey> tuple, ProxyCall call, String model) {
        SipHash hash = SipHash.begun(seed0, seed1);
        for (int i = 0; i < tuple.size(); i++) {
            add(hash, tuple.get(i), call, model);
        }
        return keyOf(hash);
    }

    private static void add(SipHash hash, LimitKey key, ProxyCall call, String model) {
        switch (key.kind()) {
            case USER -> addUser(hash, call);
            case API_KEY -> {
                if (call.caller() instanceof Caller.Identified user
                        && !user.apiKey().isEmpty()) {
                    add(hash, LimitKey.Kind.API_KEY, "", user.apiKey());
                } else {
                    addUser(hash, call);
                }
            }
            case ADDRESS -> addAddress(hash, call);
            case ROLE -> {
                if (call.caller() instanceof Caller.Identified user) {
                    addAll(hash, LimitKey.Kind.ROLE, user.roles());
                } else {
                    add(hash, LimitKey.Kind.ROLE, "", "");
                }
            }
            case ROUTE -> add(hash, LimitKey.Kind.ROUTE, "", call.route());
            case MODEL -> add(hash, LimitKey.Kind.MODEL, "", model);
            case CLAIM -> {
                if (call.caller() instanceof Caller.Identified user) {
                    addAll(hash, LimitKey.Kind.CLAIM, user.claims().all(key.name()));
                } else {
                    add(hash, LimitKey.Kind.CLAIM, "", "");
                }
            }
            case GLOBAL -> add(hash, LimitKey.Kind.GLOBAL, "", "");
        }
    }

    private static void addUser(SipHash hash, ProxyCall call) {
        if (call.caller() instanceof Caller.Identified user) {
            add(hash, LimitKey.Kind.USER, user.issuer(), user.subject());
        } else {
            addAddress(hash, call);
        }
    }

    /** As a number, since its text would be made anew for each call. */
    private static void addAddress(SipHash hash, ProxyCall call) {
        hash.add((long) LimitKey.Kind.ADDRESS.ordinal() << 56 ^ Long.BYTES);
        hash.add(call.client().limitNumber());
    }

    private static void addAll(SipHash hash, LimitKey.Kind kind, Collection<String> names) {
        if (names.size() == 1) {
            add(hash, kind, "", names.iterator().next());
            return;
        }
        for (String name : names.stream().sorted().toList()) {
            add(hash, kind, "", name);
        }
        hash.add(names.size());
    }

    /** With both lengths in front no choice of names makes two callers one. */
    private static void add(SipHash hash, LimitKey.Kind kind, String issuer, String name) {
        hash.add((long) kind.ordinal() << 56 ^ (long) issuer.length() << 32 ^ name.length());
        hash.add(issuer);
        hash.add(name);
    }

    private static CounterKey keyOf(SipHash hash) {
        long high = hash.first();
        long low = hash.second();
        return new CounterKey(high, (high | low) == 0 ? 1 : low);
    }
}
