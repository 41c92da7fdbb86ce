package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.http.FieldValue;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What lately came out for whole {@code Authorization} fields: the callers whose tokens are good, until these expire, and,
 * for a few seconds, refusals, so that neither costs a signature each time. Bounded in number and in bytes.
 *
 * <p>A field is found by a hash of its last characters, which are of the signature, under a seed of this process; then the
 * whole field must be the same. So only who already knows how the signature of a remembered token ends can have his own
 * compared with it, and there is nothing for him to learn from how long that takes.
 */
final class KnownTokens {

    private static final int BYTES_EACH = 1 << 10;
    private static final int REFUSALS = 256;
    private static final int LONGEST_REFUSED = 2 << 10;
    private static final long REFUSED_FOR = Duration.ofSeconds(10).toNanos();

    private final @Nullable Cache<Field, Good> good;
    private final AtomicReferenceArray<@Nullable Refusal> refusals;

    /**
     * @param size how many good tokens at most, of {@value #BYTES_EACH} bytes on average; 0 to remember nothing at all
     */
    KnownTokens(int size) {
        this.good = size == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumWeight((long) size * BYTES_EACH)
                        .weigher((Field field, Good token) ->
                                Math.max(BYTES_EACH, field.value().length()))
                        .executor(Runnable::run)
                        .build();
        this.refusals = new AtomicReferenceArray<>(size == 0 ? 0 : REFUSALS);
    }

    /** A good token; it may have expired since. */
    @Nullable
    Good good(Field field) {
        return good == null ? null : good.getIfPresent(field);
    }

    void put(Field field, Good token) {
        if (good != null) {
            good.put(field.copied(), token);
        }
    }

    void forget(Field field) {
        if (good != null) {
            good.invalidate(field);
        }
    }

    /** The answer to a field that was refused a few seconds ago. */
    @Nullable
    CompletionStage<Authentication> refusal(Field field, long nanoTime) {
        if (refusals.length() == 0) {
            return null;
        }
        Refusal last = refusals.get(place(field));
        return last != null && nanoTime - last.nanoTime < REFUSED_FOR && last.field.equals(field) ? last.answer : null;
    }

    /** Remembers a refusal, in the place of another if need be. */
    void put(Field field, Authentication.Refused refused, long nanoTime) {
        if (refusals.length() > 0 && field.value().length() <= LONGEST_REFUSED) {
            Refusal refusal = new Refusal(field.copied(), CompletableFuture.completedFuture(refused), nanoTime);
            refusals.set(place(field), refusal);
        }
    }

    private static int place(Field field) {
        return field.hashCode() & REFUSALS - 1;
    }

    /** A good token. */
    static final class Good {

        private final long expiresMillis;
        private final Caller.Identified caller;
        private final TokenMark mark;
        private final KeyLife key;
        private final CompletionStage<Authentication> answer;

        /** Written by all threads without order: a token that is held to the same revocations twice takes no harm. */
        private Revocations checked = Revocations.NONE;

        private Good(long expiresMillis, Caller.Identified caller, TokenMark mark, KeyLife key) {
            this.expiresMillis = expiresMillis;
            this.caller = caller;
            this.mark = mark;
            this.key = key;
            this.answer = CompletableFuture.completedFuture(new Authentication.Accepted(caller));
        }

        static Good of(Caller.Identified caller, TokenMark mark, KeyLife key) {
            return new Good(TokenClaims.expiresMillis(caller.expiry()), caller, mark, key);
        }

        /** When it is no longer good, the skew granted, in milliseconds of the time of day. */
        long expiresMillis() {
            return expiresMillis;
        }

        /** Whose it is. */
        Caller.Identified caller() {
            return caller;
        }

        /** The life of the key that has verified it, which it does not outlive. */
        KeyLife key() {
            return key;
        }

        /** What is answered each time. */
        CompletionStage<Authentication> answer() {
            return answer;
        }

        /** Whether it is revoked: looked up once for all that was revoked at one moment. */
        @SuppressWarnings(
                "ReferenceEquality") // To compare the contents on each call would cost more than to look it up.
        boolean isRevoked(Revocations revocations) {
            if (revocations == checked) {
                return false;
            }
            if (revocations.isRevoked(mark)) {
                return true;
            }
            checked = revocations;
            return false;
        }
    }

    private record Refusal(Field field, CompletionStage<Authentication> answer, long nanoTime) {}

    /** A whole field, {@code Bearer} and the token, with its hash. */
    static final class Field {

        private static final int HASHED = 32;
        private static final long[] SEEDS = new SecureRandom().longs(HASHED + 1).toArray();

        private final FieldValue value;
        private final int hash;

        private Field(FieldValue value, int hash) {
            this.value = value;
            this.hash = hash;
        }

        /**
         * Hashed by a sum of products (Lemire and Kaser), for which without the seeds no two texts can be found that share
         * a hash more often than others.
         */
        static Field of(FieldValue value) {
            int first = Math.max(0, value.length() - HASHED);
            long sum = SEEDS[HASHED];
            for (int i = first; i < value.length(); i++) {
                sum += SEEDS[i - first] * (value.byteAt(i) & 0xFF);
            }
            return new Field(value, (int) (sum >>> 32));
        }

        FieldValue value() {
            return value;
        }

        /** The field in memory of its own. */
        Field copied() {
            return new Field(value.copied(), hash);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Field field && hash == field.hash && value.isSame(field.value);
        }
    }
}
