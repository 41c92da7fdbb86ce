package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** API keys that were good lately, by the whole field that they stood in. Bounded in number; the fields are short. */
final class KnownKeys {

    /** Where every key may ask what it is good for; no configured route can have this path. */
    private static final String ME = "/api/me";

    private static final long USE_EVERY_MILLIS = Duration.ofMinutes(1).toMillis();

    private final @Nullable Cache<KnownTokens.Field, Known> good;

    /**
     * @param size how many at most; 0 to remember nothing
     */
    KnownKeys(int size) {
        this.good = size == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(size)
                        .executor(Runnable::run)
                        .build();
    }

    @Nullable
    Known get(KnownTokens.Field field) {
        return good == null ? null : good.getIfPresent(field);
    }

    void put(KnownTokens.Field field, Known key) {
        if (good != null) {
            good.put(field.copied(), key);
        }
    }

    /** A key with one of its secrets. */
    static final class Known {

        private final ApiKey key;
        private final Caller.Identified caller;
        private final long revision;
        private final long expiresMillis;
        private final CompletionStage<Authentication> answer;

        /** Written by all threads without order: one use more or less is told, no harm. */
        private long usedMillis;

        private Known(ApiKey key, Caller.Identified caller, long revision, long expiresMillis) {
            this.key = key;
            this.caller = caller;
            this.revision = revision;
            this.expiresMillis = expiresMillis;
            this.answer = CompletableFuture.completedFuture(new Authentication.Accepted(caller));
        }

        static Known of(ApiKey key, KeySecret secret, Caller.Identified caller, long revision) {
            long expires = Stream.of(key.expiry(), secret.until())
                    .flatMap(Optional::stream)
                    .mapToLong(Known::millis)
                    .min()
                    .orElse(Long.MAX_VALUE);
            return new Known(key, caller, revision, expires);
        }

        private static long millis(Instant end) {
            return end.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE)) ? Long.MAX_VALUE : end.toEpochMilli();
        }

        ApiKey key() {
            return key;
        }

        Caller.Identified caller() {
            return caller;
        }

        /** The store as it was when the key was found. */
        long revision() {
            return revision;
        }

        /** When it ends, in milliseconds of the time of day. */
        long expiresMillis() {
            return expiresMillis;
        }

        /** What is answered each time. */
        CompletionStage<Authentication> answer() {
            return answer;
        }

        boolean isFor(ProxyCall call) {
            return key.routes().isEmpty()
                    || key.routes().contains(call.route())
                    || call.request().target().path().equals(ME);
        }

        /** Whether a use should be written down: once in a minute. */
        boolean isUseDue(long nowMillis) {
            if (nowMillis - usedMillis < USE_EVERY_MILLIS) {
                return false;
            }
            usedMillis = nowMillis;
            return true;
        }
    }
}
