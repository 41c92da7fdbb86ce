package io.inferenceproxy.limit;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * Whose counter it is. The parts stand apart, so that no choice of names makes two callers one; and keys are ordered, so
 * that colliding hashes cost a hash map no more than a tree does.
 *
 * @param kind what the name names
 * @param issuer who vouches for a user; empty for others
 * @param name the user, the address or the route; empty for all
 */
record CounterKey(LimitKey kind, String issuer, String name) implements Comparable<CounterKey> {

    private static final Comparator<CounterKey> ORDER = Comparator.comparing(CounterKey::kind)
            .thenComparing(CounterKey::name)
            .thenComparing(CounterKey::issuer);
    private static final int LONGEST = 64;

    static final CounterKey GLOBAL = new CounterKey(LimitKey.GLOBAL, "", "");

    CounterKey {
        issuer = shortened(issuer);
        name = shortened(name);
    }

    /** The key under which a policy of that kind counts the call. */
    static CounterKey of(LimitKey kind, ProxyCall call) {
        return switch (kind) {
            case USER ->
                call.caller() instanceof Caller.Identified user
                        ? new CounterKey(LimitKey.USER, user.issuer(), user.subject())
                        : of(LimitKey.ADDRESS, call);
            case ADDRESS -> new CounterKey(LimitKey.ADDRESS, "", call.client().limitKey());
            case ROUTE -> new CounterKey(LimitKey.ROUTE, "", call.route());
            case GLOBAL -> GLOBAL;
        };
    }

    /**
     * Names are a stranger's to choose, so a long one is kept as its digest. That is longer than any name kept as it is:
     * no name can pass for the digest of another.
     */
    private static String shortened(String name) {
        if (name.length() <= LONGEST) {
            return name;
        }
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return "#" + HexFormat.of().formatHex(sha.digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is in every JDK", impossible);
        }
    }

    @Override
    public int compareTo(CounterKey other) {
        return ORDER.compare(this, other);
    }
}
