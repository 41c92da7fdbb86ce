package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Knows callers by the proxy's own JSON Web Tokens in {@code Authorization: Bearer}.
 *
 * <p>A token is verified once and then remembered. The signature of an HS token is checked on the I/O thread, that of
 * any other on the workers; when those have no room, the stage fails with {@link ProblemType#OVERLOADED}.
 */
public final class JwtAuthenticator implements Authenticator {

    private static final Duration BUSY = Duration.ofSeconds(1);

    private final TokenVerifier verifier;
    private final VerifiedTokens verified;
    private final UserStore users;
    private final Executor workers;
    private final Ticker ticker;

    /**
     * @param tokenCache how many verified tokens are remembered
     * @param users whose disabled users are refused, though their tokens are good
     * @param workers for what is too slow for an I/O thread; bounded, so it may reject
     */
    public JwtAuthenticator(TokenVerifier verifier, int tokenCache, UserStore users, Executor workers, Ticker ticker) {
        this.verifier = verifier;
        this.verified = new VerifiedTokens(tokenCache);
        this.users = users;
        this.workers = workers;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ProxyCall call) {
        BearerCredentials credentials = BearerCredentials.of(call.request().headers());
        if (credentials instanceof BearerCredentials.Token token) {
            return authenticate(call, token.text());
        }
        return now(((BearerCredentials.Unusable) credentials).answer());
    }

    private CompletionStage<Authentication> authenticate(ProxyCall call, String token) {
        if (token.length() > UnverifiedToken.MAX_LENGTH) {
            return now(new Authentication.Refused("token: more than " + UnverifiedToken.MAX_LENGTH + " characters"));
        }
        VerifiedTokens.Digest digest = VerifiedTokens.Digest.of(token);
        Optional<Caller.Identified> known = verified.find(digest);
        if (known.isPresent()) {
            return now(
                    verified.isExpired(digest, known.get(), ticker.now())
                            ? new Authentication.Refused(
                                    "expiry: expired at " + known.get().expiry())
                            : accepted(known.get()));
        }
        try {
            TokenVerifier.Examined examined = verifier.examine(token);
            return examined.isCheap() ? now(confirmed(digest, examined)) : later(call, digest, examined);
        } catch (TokenRefusal refusal) {
            return now(refused(refusal.verdict()));
        }
    }

    private CompletionStage<Authentication> later(
            ProxyCall call, VerifiedTokens.Digest digest, TokenVerifier.Examined examined) {
        CompletableFuture<Authentication> result = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    Authentication authentication = confirmed(digest, examined);
                    call.io().execute(() -> result.complete(authentication));
                } catch (RuntimeException | Error surprise) {
                    call.io().execute(() -> result.completeExceptionally(surprise));
                }
            });
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(new ProblemException(Problem.of(ProblemType.OVERLOADED)
                    .withReason("no room to verify tokens")
                    .withRetryAfter(BUSY)));
        }
        return result;
    }

    private Authentication confirmed(VerifiedTokens.Digest digest, TokenVerifier.Examined examined) {
        TokenVerdict verdict = verifier.confirm(examined);
        if (verdict instanceof TokenVerdict.Accepted accepted) {
            verified.put(digest, accepted.caller());
            return accepted(accepted.caller());
        }
        return refused((TokenVerdict.Refused) verdict);
    }

    private Authentication accepted(Caller.Identified caller) {
        return users.isDisabled(caller.subject())
                ? new Authentication.Refused("the user is disabled")
                : new Authentication.Accepted(caller);
    }

    private static Authentication refused(TokenVerdict.Refused verdict) {
        return new Authentication.Refused(verdict.check().label() + ": " + verdict.reason());
    }

    private static CompletionStage<Authentication> now(Authentication authentication) {
        return CompletableFuture.completedFuture(authentication);
    }
}
