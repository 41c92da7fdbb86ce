package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Slows those down who fail to log in again and again: with a name, and from an address.
 *
 * <p>No stranger holds a user out for good:
 *
 * <ul>
 *   <li>Who has logged in from an address before is counted there apart from all others, so that a stranger who fails with
 *       somebody's name from elsewhere locks only other strangers out.
 *   <li>While strangers have a name wait, a network that had no part in it, an address or a /48 of IPv6, still has
 *       {@value #TURNS} turns at it, and fewer than two a day after that. So a user who comes from somewhere new gets in at the first
 *       attempt, after a restart too. Strangers from N networks delay that only while they use up their own turns, at no more
 *       than {@code auth.login-limit.per-user} admits: with 10 a minute, N times {@value #TURNS} tenths of a minute and two minutes more.
 * </ul>
 *
 * <p>Guessing at a name stays bounded: with the defaults fewer than 600 attempts a day by whomever, {@value #TURNS} by each
 * network that is new and fewer than two a day after that, and never more than the limit for a user admits. An unknown name is
 * treated as any other. Bounded in number; thread-safe.
 */
public final class LoginLockout {

    private static final int PER_ADDRESS = 4;
    private static final int TURNS = 3;
    private static final Duration TURNS_AGAIN_AFTER = Duration.ofDays(1);
    private static final int NIBBLES_OF_48_BITS = 12;
    private static final int MOST_PAIRS = 100_000;
    private static final Duration KNOWN_FOR = Duration.ofDays(30);

    private final @Nullable FailureStreaks byAddress;
    private final @Nullable FailureStreaks byUser;
    private final FailureStreaks byNewcomer;
    private final Cache<String, Boolean> failedFrom;
    private final Cache<String, Boolean> knownPairs;

    public LoginLockout(LockoutOptions options, Ticker ticker) {
        boolean on = options.after() > 0;
        this.byAddress = on
                ? new FailureStreaks(PER_ADDRESS * options.after(), options.delay(), options.maxDelay(), ticker)
                : null;
        this.byUser = on ? new FailureStreaks(options.after(), options.delay(), options.maxDelay(), ticker) : null;
        this.byNewcomer = new FailureStreaks(TURNS, TURNS_AGAIN_AFTER, TURNS_AGAIN_AFTER, ticker);
        this.failedFrom = pairs(TURNS_AGAIN_AFTER, ticker);
        this.knownPairs = pairs(KNOWN_FOR, ticker);
    }

    private static Cache<String, Boolean> pairs(Duration ttl, Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(MOST_PAIRS)
                .expireAfterWrite(ttl)
                .ticker(ticker::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** Counts an attempt as failed until the contrary is known, and returns empty; or says how long to wait. */
    Optional<Duration> tryCharge(String user, String address) {
        if (byAddress == null || byUser == null) {
            return Optional.empty();
        }
        Optional<Duration> wait = byAddress.tryCharge(address);
        if (wait.isEmpty()) {
            wait = byUser.tryCharge(countedAs(user, address));
            if (wait.isEmpty()) {
                failedFrom.put(network(user, address), true);
            } else if (hasTurn(user, address)) {
                return Optional.empty();
            } else {
                byAddress.giveBack(address);
            }
        }
        return wait;
    }

    /** Whether who comes from somewhere new may try a name that others have made wait. Who is known there is no newcomer. */
    private boolean hasTurn(String user, String address) {
        String network = network(user, address);
        return !isKnown(user, address)
                && failedFrom.getIfPresent(network) == null
                && byNewcomer.tryCharge(network).isEmpty();
    }

    /** Takes an attempt back that came to nothing, through no fault of its maker. */
    void giveBack(String user, String address) {
        if (byAddress != null && byUser != null) {
            byAddress.giveBack(address);
            String network = network(user, address);
            if (!isKnown(user, address) && byNewcomer.length(network) > 0) {
                byNewcomer.giveBack(network);
            } else {
                byUser.giveBack(countedAs(user, address));
                failedFrom.invalidate(network);
            }
        }
    }

    /**
     * What an attempt that failed is in the audit trail: a lockout when it costs a wait, a streak each time that it has
     * doubled, and nothing in between.
     */
    Optional<AuditKind> kindOf(String user, String address) {
        if (byUser == null) {
            return Optional.of(AuditKind.LOGIN_FAILURES);
        }
        int failures = byUser.length(countedAs(user, address));
        if (byUser.isLong(failures)) {
            return Optional.of(AuditKind.LOCKOUT);
        }
        return Integer.bitCount(failures) == 1 ? Optional.of(AuditKind.LOGIN_FAILURES) : Optional.empty();
    }

    /** An attempt was good: what failed before it is forgotten. */
    void succeeded(String user, String address) {
        if (byAddress != null && byUser != null) {
            byAddress.end(address);
            byUser.end(countedAs(user, address));
            byNewcomer.end(network(user, address));
            failedFrom.invalidate(network(user, address));
            knownPairs.put(pair(user, address), true);
        }
    }

    /**
     * Under what failures with the name from there are counted: the name, or for who has logged in from there before the two
     * of them. A name has no control characters, so no name is mistaken for a pair.
     */
    String countedAs(String user, String address) {
        return isKnown(user, address) ? pair(user, address) : user;
    }

    private boolean isKnown(String user, String address) {
        return knownPairs.getIfPresent(pair(user, address)) != null;
    }

    private static String pair(String user, String address) {
        return address + "\n" + user;
    }

    /** A /64 of IPv6 costs nothing, so it is counted with all that its owner is likely to have. */
    private static String network(String user, String address) {
        return pair(user, address.endsWith("/64") ? address.substring(0, NIBBLES_OF_48_BITS) + "/48" : address);
    }
}
