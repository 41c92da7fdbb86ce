package io.inferenceproxy.limit;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.security.SecureRandom;

/**
 * Whose counter it is: a hash of 128 bits of what kind of name it is, who vouches for it, and the name itself. The seed is
 * this process's own, so a stranger who chooses names can neither make two of them one nor crowd a table.
 *
 * <p>A key is as short as that however long the name is, and it does not tell the name.
 *
 * @param high one half, never 0 together with the other
 * @param low the other half
 */
record CounterKey(long high, long low) {

    private static final long SEED_0;
    private static final long SEED_1;

    static {
        SecureRandom random = new SecureRandom();
        SEED_0 = random.nextLong();
        SEED_1 = random.nextLong();
    }

    static final CounterKey GLOBAL = of(LimitKey.GLOBAL, "", "");

    /** The key of a name. */
    static CounterKey of(LimitKey kind, String issuer, String name) {
        SipHash hash = new SipHash(SEED_0, SEED_1);
        // With both lengths in front no choice of names makes two callers one.
        hash.add((long) kind.ordinal() << 56 ^ (long) issuer.length() << 32 ^ name.length());
        hash.add(issuer);
        hash.add(name);
        long high = hash.first();
        long low = hash.second();
        return new CounterKey(high, (high | low) == 0 ? 1 : low);
    }

    /** The key under which a policy of that kind counts the call. */
    static CounterKey of(LimitKey kind, ProxyCall call) {
        return switch (kind) {
            case USER ->
                call.caller() instanceof Caller.Identified user
                        ? of(LimitKey.USER, user.issuer(), user.subject())
                        : of(LimitKey.ADDRESS, call);
            case ADDRESS -> of(LimitKey.ADDRESS, "", call.client().limitKey());
            case ROUTE -> of(LimitKey.ROUTE, "", call.route());
            case GLOBAL -> GLOBAL;
        };
    }
}
