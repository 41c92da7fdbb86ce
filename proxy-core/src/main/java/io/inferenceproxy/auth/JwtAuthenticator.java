package io.inferenceproxy.auth;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by the proxy's own JSON Web Tokens in {@code Authorization: Bearer}.
 *
 * <p>A token is verified once and then remembered, for a few seconds also where it was refused. The signature of an HS token is checked on the I/O thread, that of
 * any other on the workers; when those have no room, the stage fails with {@link ProblemType#OVERLOADED}.
 */
public final class JwtAuthenticator implements Authenticator {

    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final Authentication DISABLED = new Authentication.Refused("the user is disabled");

    private final TokenVerifier verifier;
    private final KnownTokens known;
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
        this.known = new KnownTokens(tokenCache);
        this.users = users;
        this.workers = workers;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ProxyCall call) {
        Headers headers = call.request().headers();
        CompletionStage<Authentication> remembered = BearerCredentials.isOneField(headers)
                ? remembered(KnownTokens.Field.of(headers.value("Authorization")))
                : null;
        if (remembered != null) {
            return remembered;
        }
        BearerCredentials credentials = BearerCredentials.of(headers);
        if (credentials instanceof BearerCredentials.Token token) {
            return authenticate(call, token.text());
        }
        return now(((BearerCredentials.Unusable) credentials).answer());
    }

    /** What came out for the same field lately; null when it is not known. */
    private @Nullable CompletionStage<Authentication> remembered(KnownTokens.Field field) {
        KnownTokens.Good good = known.good(field);
        if (good == null) {
            return known.refusal(field, ticker.nanoTime());
        }
        if (ticker.epochMillis() >= good.expiresMillis()) {
            known.forget(field);
            return now(new Authentication.Refused(
                    "expiry: expired at " + good.caller().expiry()));
        }
        return users.isDisabled(good.caller().subject()) ? now(DISABLED) : good.answer();
    }

    private CompletionStage<Authentication> authenticate(ProxyCall call, String token) {
        if (token.length() > UnverifiedToken.MAX_LENGTH) {
            return now(new Authentication.Refused("token: more than " + UnverifiedToken.MAX_LENGTH + " characters"));
        }
        // In one spelling, so that a token is remembered once however its fields are written.
        KnownTokens.Field field = KnownTokens.Field.of(FieldValue.of("Bearer ".concat(token)));
        CompletionStage<Authentication> remembered = remembered(field);
        if (remembered != null) {
            return remembered;
        }
        try {
            TokenVerifier.Examined examined = verifier.examine(token);
            return examined.isCheap() ? now(confirmed(field, examined)) : later(call, field, examined);
        } catch (TokenRefusal refusal) {
            return now(refused(field, refusal.verdict()));
        }
    }

    private CompletionStage<Authentication> later(
            ProxyCall call, KnownTokens.Field field, TokenVerifier.Examined examined) {
        CompletableFuture<Authentication> result = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    Authentication authentication = confirmed(field, examined);
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

    private Authentication confirmed(KnownTokens.Field field, TokenVerifier.Examined examined) {
        TokenVerdict verdict = verifier.confirm(examined);
        if (verdict instanceof TokenVerdict.Accepted accepted) {
            known.put(field, KnownTokens.Good.of(accepted.caller()));
            return users.isDisabled(accepted.caller().subject())
                    ? DISABLED
                    : new Authentication.Accepted(accepted.caller());
        }
        return refused(field, (TokenVerdict.Refused) verdict);
    }

    private Authentication refused(KnownTokens.Field field, TokenVerdict.Refused verdict) {
        Authentication.Refused refused =
                new Authentication.Refused(verdict.check().label() + ": " + verdict.reason());
        // A token that is not good yet may be so in a moment.
        if (verdict.check() != TokenCheck.NOT_BEFORE && verdict.check() != TokenCheck.ISSUED_AT) {
            known.put(field, refused, ticker.nanoTime());
        }
        return refused;
    }

    private static CompletionStage<Authentication> now(Authentication authentication) {
        return CompletableFuture.completedFuture(authentication);
    }
}
