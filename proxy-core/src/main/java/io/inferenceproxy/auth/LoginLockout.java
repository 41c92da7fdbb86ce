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
 *   <li>While strangers have a name wait, each network, an address or a /48 of IPv6, still has {@value #TURNS} turns at it, less
 *       those of its own failures before, and fewer than two a day after that. So a user who comes from somewhere new gets in at the
 *       first attempt, after a restart too. Strangers from N networks delay that only while they use up their own turns, at no more
 *       than {@code auth.login-limit.per-user} admits: with 10 a minute, N times {@value #TURNS} tenths of a minute and two minutes more.
 * </ul>
 *
 * <p>Guessing at a name stays bounded: with the defaults fewer than 600 attempts a day by whomever, {@value #TURNS} by each
 * network that is new and fewer than two a day after that, and never more than the limit for a user admits. An unknown name is
 * treated as any other, and that somebody has just got in elsewhere shortens nobody's wait. Bounded in number; thread-safe.
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
    private final Cache<String, Boolean> knownPairs;

    public LoginLockout(LockoutOptions options, Ticker ticker) {
        boolean on = options.after() > 0;
        this.byAddress = on
                ? new FailureStreaks(PER_ADDRESS * options.after(), options.delay(), options.maxDelay(), ticker)
                : null;
        this.byUser = on ? new FailureStreaks(options.after(), options.delay(), options.maxDelay(), ticker) : null;
        this.byNewcomer = new FailureStreaks(TURNS, TURNS_AGAIN_AFTER, TURNS_AGAIN_AFTER, ticker);
        this.knownPairs = Caffeine.newBuilder()
                .maximumSize(MOST_PAIRS)
                .expireAfterWrite(KNOWN_FOR)
                .ticker(ticker::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Counts an attempt as failed until the contrary is known; or counts nothing and says how long to wait. Who is not known
     * there is counted for the name and for the network, and may try when one of the two lets them.
     */
    Charge tryCharge(String user, String address) {
        if (byAddress == null || byUser == null) {
            return Charge.NOTHING;
        }
        FailureStreaks.Charge ofAddress = byAddress.tryCharge(address);
        if (!ofAddress.isCounted()) {
            return Charge.refused(ofAddress.delay());
        }
        boolean known = isKnown(user, address);
        FailureStreaks.Charge ofUser = byUser.tryCharge(known ? pair(user, address) : user);
        FailureStreaks.Charge ofNewcomer =
                known ? FailureStreaks.Charge.NONE : byNewcomer.tryCharge(pair(user, networkOf(address)));
        if (!ofUser.isCounted() && !ofNewcomer.isCounted()) {
            byAddress.giveBack(ofAddress);
            return Charge.refused(ofUser.delay());
        }
        return new Charge(ofAddress, ofUser, ofNewcomer, known, Duration.ZERO);
    }

    /** Takes back exactly what was charged for an attempt that came to nothing, through no fault of its maker. */
    void giveBack(Charge charge) {
        if (byAddress != null && byUser != null) {
            byAddress.giveBack(charge.ofAddress);
            byUser.giveBack(charge.ofUser);
            byNewcomer.giveBack(charge.ofNewcomer);
        }
    }

    /**
     * What an attempt that failed is in the audit trail: a lockout when it costs a wait; a streak each time that it has
     * doubled, of the address or of the name; and nothing in between. The first failure of a name is none by itself, or
     * made-up names would be a line each.
     */
    Optional<AuditKind> kindOf(Charge charge) {
        if (byAddress == null || byUser == null) {
            return Optional.of(AuditKind.LOGIN_FAILURES);
        }
        int ofAddress = charge.ofAddress.number();
        int ofUser = charge.ofUser.number();
        boolean lastTurn = ofUser == 0 && byNewcomer.isLong(charge.ofNewcomer.number());
        if (lastTurn || byUser.isLong(ofUser) || byAddress.isLong(ofAddress)) {
            return Optional.of(AuditKind.LOCKOUT);
        }
        return Integer.bitCount(ofAddress) == 1 || ofUser > 1 && Integer.bitCount(ofUser) == 1
                ? Optional.of(AuditKind.LOGIN_FAILURES)
                : Optional.empty();
    }

    /**
     * An attempt was good: what failed before it at the same place is forgotten. What the name has cost strangers goes on, also
     * the wait that this attempt has brought about itself: one that ended early would tell them that the user has just got in.
     */
    void succeeded(String user, String address, Charge charge) {
        if (byAddress != null && byUser != null) {
            byAddress.end(address);
            byNewcomer.giveBack(charge.ofNewcomer);
            if (charge.known) {
                byUser.end(charge.ofUser.key());
            } else if (!byUser.isLong(charge.ofUser.number())) {
                byUser.giveBack(charge.ofUser);
            }
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
    static String networkOf(String address) {
        return address.endsWith("/64") ? address.substring(0, NIBBLES_OF_48_BITS) + "/48" : address;
    }

    /**
     * What an attempt was charged: exactly that is given back.
     *
     * @param ofAddress to its address
     * @param ofUser to the name, or to the name and the address together
     * @param ofNewcomer to the name and the network of who is not known at the address
     * @param known whether the user has logged in from the address before
     * @param delay how long to wait when nothing was charged; zero when the attempt may be made
     */
    record Charge(
            FailureStreaks.Charge ofAddress,
            FailureStreaks.Charge ofUser,
            FailureStreaks.Charge ofNewcomer,
            boolean known,
            Duration delay) {

        static final Charge NOTHING = refused(Duration.ZERO);

        private static Charge refused(Duration delay) {
            FailureStreaks.Charge none = FailureStreaks.Charge.NONE;
            return new Charge(none, none, none, false, delay);
        }

        boolean isRefused() {
            return !delay.isZero();
        }
    }
}
