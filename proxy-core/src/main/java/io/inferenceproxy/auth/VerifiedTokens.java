package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.call.Caller;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/**
 * The tokens that were verified lately, known by their SHA-256 and never by themselves; bounded. What is found may have
 * expired since: that is for the finder to see.
 */
final class VerifiedTokens {

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(VerifiedTokens::sha256);

    private final Optional<Cache<Digest, Caller.Identified>> cache;

    /**
     * @param size how many at most; 0 for none
     */
    VerifiedTokens(int size) {
        this.cache = size == 0
                ? Optional.empty()
                : Optional.of(Caffeine.newBuilder()
                        .maximumSize(size)
                        .executor(Runnable::run)
                        .build());
    }

    Optional<Caller.Identified> find(Digest token) {
        return cache.map(verified -> verified.getIfPresent(token));
    }

    void put(Digest token, Caller.Identified caller) {
        cache.ifPresent(verified -> verified.put(token, caller));
    }

    /** Forgets the token if it has expired, and says whether it has. */
    boolean isExpired(Digest token, Caller.Identified caller, Instant now) {
        boolean expired = TokenClaims.isPast(caller.expiry(), now);
        if (expired) {
            cache.ifPresent(verified -> verified.invalidate(token));
        }
        return expired;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The SHA-256 of a whole token, signature included. */
    record Digest(long a, long b, long c, long d) {

        static Digest of(String token) {
            // In UTF-8: a narrower encoding would turn different tokens into one.
            ByteBuffer hash = ByteBuffer.wrap(SHA_256.get().digest(token.getBytes(StandardCharsets.UTF_8)));
            return new Digest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        }

        @Override
        public int hashCode() {
            return (int) a;
        }
    }
}
