package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Gives the calls of a caller a token of our own that tells the upstream who calls.
 *
 * <p>It is signed on the workers, used for all calls with the same credentials, and replaced in the background when three
 * quarters of its life are over: only the first call of a caller waits for a signature. It stands right before the upstream.
 */
public final class IdentityTokenFilter implements ProxyFilter {

    private static final Duration BUSY = Duration.ofSeconds(1);

    private final IdentityTokens tokens;
    private final Executor workers;
    private final Ticker ticker;

    /** By the very caller that a remembered token has; gone with it. */
    private final Cache<Caller.Identified, Held> held;

    /** @param most for how many callers a token is kept */
    public IdentityTokenFilter(IdentityTokens tokens, int most, Executor workers, Ticker ticker) {
        this.tokens = tokens;
        this.workers = workers;
        this.ticker = ticker;
        this.held = Caffeine.newBuilder()
                .weakKeys()
                .maximumSize(most)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        if (!(call.caller() instanceof Caller.Identified caller)) {
            return next.handle(call);
        }
        Held present = held.getIfPresent(caller);
        long now = ticker.epochMillis();
        if (present == null || present.isOver(now)) {
            return signed(call, caller, next);
        }
        if (now >= present.renewMillis && present.renewing.compareAndSet(false, true)) {
            renew(caller, present);
        }
        return next.handle(call.withIdentityToken(present.text));
    }

    private CompletionStage<ProxyResponse> signed(ProxyCall call, Caller.Identified caller, ProxyHandler next) {
        try {
            return CompletableFuture.supplyAsync(() -> sign(caller), workers)
                    .thenApplyAsync(fresh -> next.handle(call.withIdentityToken(fresh.text)), call.io())
                    .thenCompose(Function.identity());
        } catch (RejectedExecutionException full) {
            return Problem.of(ProblemType.OVERLOADED)
                    .withReason("no room to sign tokens for the upstream")
                    .withRetryAfter(BUSY)
                    .toAnswer(call);
        }
    }

    private void renew(Caller.Identified caller, Held present) {
        try {
            workers.execute(() -> {
                try {
                    sign(caller);
                } finally {
                    present.renewing.set(false);
                }
            });
        } catch (RejectedExecutionException full) {
            present.renewing.set(false);
        }
    }

    private Held sign(Caller.Identified caller) {
        Held fresh = new Held(tokens.tokenFor(caller));
        held.put(caller, fresh);
        return fresh;
    }

    /** A token in use. */
    private static final class Held {
        private final String text;
        private final KeyLife key;
        private final long renewMillis;
        private final long endMillis;
        private final AtomicBoolean renewing = new AtomicBoolean();

        Held(IdentityTokens.Signed signed) {
            this.text = signed.token().text();
            this.key = signed.token().key();
            this.renewMillis = signed.madeMillis() + (signed.endMillis() - signed.madeMillis()) * 3 / 4;
            // So much is left that the upstream gets it while it is good.
            this.endMillis = signed.madeMillis() + (signed.endMillis() - signed.madeMillis()) * 9 / 10;
        }

        boolean isOver(long now) {
            return now >= endMillis || key.isOver();
        }
    }
}
