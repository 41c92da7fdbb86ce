package io.inferenceproxy.auth;

import io.inferenceproxy.auth.PublishedKeys.Published;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an external issuer as they were last fetched.
 *
 * <ol>
 *   <li>They are fetched anew when they are as old as {@code refresh}, whether anyone asks for them or not; after a failure
 *       again and again, at first after a second and at last every {@code retry}.
 *   <li>A token that names an unknown key has them fetched too, at most once in {@code retry} however many such tokens come;
 *       it may wait for one fetch, together with {@value #MOST_WAITING} others.
 *   <li>Through an outage the last good ones are kept, until they are as old as {@code keep}.
 *   <li>A key that is no longer published, or whose name another key has now, ends, and what was verified with it too.
 * </ol>
 */
final class RemoteKeys implements TokenKeys {

    static final int MOST_WAITING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);
    private static final long FIRST_RETRY = Duration.ofSeconds(1).toNanos();

    private final String name;
    private final IssuerOptions options;
    private final KeyFetcher fetcher;
    private final Ticker ticker;
    private volatile List<Published> keys = List.of();
    private volatile boolean failing;

    // Guarded by this, as is every change of the above.
    private @Nullable CompletableFuture<Void> underWay;
    private long startedNanos;
    private long fetchedNanos;
    private long nextNanos;
    private long askedNanos;
    private boolean asked;
    private int waiting;
    private int failures;
    private long succeededFetches;
    private long failedFetches;

    RemoteKeys(String name, IssuerOptions options, KeyFetcher fetcher, Ticker ticker) {
        this.name = name;
        this.options = options;
        this.fetcher = fetcher;
        this.ticker = ticker;
        this.nextNanos = ticker.nanoTime();
        this.fetchedNanos = nextNanos;
    }

    /** How often they were fetched, or could not be. */
    synchronized long fetches(boolean succeeded) {
        return succeeded ? succeededFetches : failedFetches;
    }

    /** How old what is known may be; since the beginning when nothing is. */
    synchronized Duration age() {
        return Duration.ofNanos(Math.max(0, ticker.nanoTime() - fetchedNanos));
    }

    @Override
    public SigningKey keyOf(UnverifiedToken token) throws TokenRefusal {
        requireAlgorithm(token.algorithm());
        String id = token.keyId().orElse("");
        @Nullable SigningKey found = null;
        for (Published key : keys) {
            if (key.key().isFor(token.algorithm())
                    && (token.keyId().isEmpty() || key.id().equals(id))) {
                if (found != null) {
                    throw new TokenRefusal(TokenCheck.KEY, "kid is missing, and " + name + " has several keys");
                }
                found = key.key();
            }
        }
        if (found == null) {
            throw new TokenRefusal(
                    TokenCheck.KEY, "kid is " + TokenRefusal.shown(id) + ", and " + name + " has no such key");
        }
        return found;
    }

    private void requireAlgorithm(String algorithm) throws TokenRefusal {
        for (TokenAlgorithm allowed : options.algorithms()) {
            if (allowed.isNamed(algorithm)) {
                return;
            }
        }
        throw new TokenRefusal(
                TokenCheck.ALGORITHM,
                "alg is " + TokenRefusal.shown(algorithm) + " (expected: " + options.algorithms() + ")");
    }

    /** Whether a token whose key is unknown may yet be good: the issuer does not answer at present. */
    boolean isInDoubt() {
        return failing || keys.isEmpty();
    }

    /** For how long there is no point in asking again. */
    synchronized Duration untilNext() {
        return Duration.ofNanos(Math.max(0, nextNanos - ticker.nanoTime()));
    }

    /** The fetch that a token with an unknown key may wait for; empty when it must do without. */
    synchronized Optional<CompletionStage<Void>> tryAwait() {
        if (waiting == MOST_WAITING) {
            return Optional.empty();
        }
        if (underWay == null) {
            long now = ticker.nanoTime();
            boolean due = now - nextNanos >= 0;
            boolean mayAsk =
                    !failing && (!asked || now - askedNanos >= options.retry().toNanos());
            if (!due && !mayAsk) {
                return Optional.empty();
            }
            if (!due) {
                askedNanos = now;
                asked = true;
            }
            start(now);
        }
        CompletableFuture<Void> fetch = underWay;
        if (fetch == null) {
            return Optional.of(CompletableFuture.completedFuture(null));
        }
        waiting++;
        return Optional.of(fetch);
    }

    /** Looks whether it is time for something; to be called every second or so, on a thread that must not block. */
    synchronized void tick() {
        long now = ticker.nanoTime();
        if (!keys.isEmpty() && now - fetchedNanos >= options.keep().toNanos()) {
            replace(List.of());
            LOG.warn(
                    "issuer {}: no keys for {}; its tokens cannot be checked any more",
                    name,
                    Durations.format(options.keep()));
        }
        if (underWay == null && now - nextNanos >= 0) {
            start(now);
        }
    }

    private void start(long now) {
        CompletableFuture<Void> fetch = new CompletableFuture<>();
        underWay = fetch;
        startedNanos = now;
        CompletionStage<byte[]> answer;
        try {
            answer = fetcher.fetch(options);
        } catch (RuntimeException surprise) {
            answer = CompletableFuture.failedFuture(surprise);
        }
        answer.thenApply(json -> PublishedKeys.parse(json, options.algorithms()))
                .whenComplete((found, failure) -> {
                    if (failure == null) {
                        fetched(found);
                    } else {
                        failed(failure);
                    }
                    fetch.complete(null);
                });
    }

    private synchronized void fetched(PublishedKeys found) {
        List<Published> now = new ArrayList<>();
        int added = 0;
        for (Published key : found.keys()) {
            Optional<Published> before = keys.stream().filter(key::isSame).findFirst();
            now.add(before.orElse(key));
            added += before.isPresent() ? 0 : 1;
        }
        int ended = replace(List.copyOf(now));
        if (added > 0 || ended > 0 || failing) {
            LOG.info("issuer {}: {} keys, {} new, {} ended", name, now.size(), added, ended);
            found.leftOut().forEach(why -> LOG.warn("issuer {}: left out {}", name, why));
        }
        failing = false;
        failures = 0;
        succeededFetches++;
        // From the start of the fetch: what it brought may be as old as that.
        fetchedNanos = startedNanos;
        nextNanos = ticker.nanoTime() + options.refresh().toNanos();
        done();
    }

    private synchronized void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String why = cause instanceof KeyFetcher.Failure ? cause.getMessage() : cause.toString();
        if (failing) {
            LOG.debug("issuer {}: still no keys: {}", name, why);
        } else {
            LOG.warn(
                    "issuer {}: {}; {}",
                    name,
                    why,
                    keys.isEmpty() ? "its tokens cannot be checked" : "the keys that are known go on holding");
        }
        failing = true;
        failedFetches++;
        long wait = Math.min(options.retry().toNanos(), FIRST_RETRY << Math.min(failures, 20));
        failures++;
        nextNanos = ticker.nanoTime() + wait;
        done();
    }

    private void done() {
        underWay = null;
        waiting = 0;
    }

    /** Says how many keys ended. */
    private int replace(List<Published> now) {
        List<Published> before = keys;
        keys = now;
        int ended = 0;
        for (Published key : before) {
            if (!now.contains(key)) {
                key.key().life().end();
                ended++;
            }
        }
        return ended;
    }
}
