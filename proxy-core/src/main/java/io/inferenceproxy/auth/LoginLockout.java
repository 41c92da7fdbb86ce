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
 * <p>Who has logged in from an address before is counted there apart from all others, so that a stranger who fails with
 * somebody's name from elsewhere locks only other strangers out. An unknown name is treated as any other. Bounded in number;
 * thread-safe.
 */
public final class LoginLockout {

    private static final int PER_ADDRESS = 4;
    private static final int MOST_PAIRS = 100_000;
    private static final Duration PAIRS_FOR = Duration.ofDays(30);

    private final @Nullable FailureStreaks byAddress;
    private final @Nullable FailureStreaks byUser;
    private final Cache<String, Boolean> knownPairs;

    public LoginLockout(LockoutOptions options, Ticker ticker) {
        boolean on = options.after() > 0;
        this.byAddress = on
                ? new FailureStreaks(PER_ADDRESS * options.after(), options.delay(), options.maxDelay(), ticker)
                : null;
        this.byUser = on ? new FailureStreaks(options.after(), options.delay(), options.maxDelay(), ticker) : null;
        this.knownPairs = Caffeine.newBuilder()
                .maximumSize(MOST_PAIRS)
                .expireAfterWrite(PAIRS_FOR)
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
            wait = byUser.tryCharge(key(user, address));
            if (wait.isPresent()) {
                byAddress.giveBack(address);
            }
        }
        return wait;
    }

    /** Takes an attempt back that came to nothing, through no fault of its maker. */
    void giveBack(String user, String address) {
        if (byAddress != null && byUser != null) {
            byAddress.giveBack(address);
            byUser.giveBack(key(user, address));
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
        int failures = byUser.length(key(user, address));
        if (byUser.isLong(failures)) {
            return Optional.of(AuditKind.LOCKOUT);
        }
        return Integer.bitCount(failures) == 1 ? Optional.of(AuditKind.LOGIN_FAILURES) : Optional.empty();
    }

    /** An attempt was good: what failed before it is forgotten. */
    void succeeded(String user, String address) {
        if (byAddress != null && byUser != null) {
            byAddress.end(address);
            byUser.end(key(user, address));
            knownPairs.put(pair(user, address), true);
        }
    }

    /** A name has no control characters, so no name is mistaken for a pair. */
    private String key(String user, String address) {
        String pair = pair(user, address);
        return knownPairs.getIfPresent(pair) == null ? user : pair;
    }

    private static String pair(String user, String address) {
        return address + "\n" + user;
    }
}
