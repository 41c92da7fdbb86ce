package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.http.Headers;
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
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by JSON Web Tokens in {@code Authorization: Bearer}, our own and those of external issuers.
 *
 * <p>A token is verified once and then remembered, for a few seconds also where it was refused. The signature of an HS token
 * is checked on the I/O thread, that of any other on the workers; when those have no room, the stage fails with
 * {@link ProblemType#OVERLOADED}. While an external issuer does not give its keys, what is signed with unknown ones is not
 * refused but fails with {@link ProblemType#UPSTREAM_UNAVAILABLE}: nobody can say whether it is good.
 */
public final class JwtAuthenticator implements Authenticator {

    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final Authentication DISABLED = new Authentication.Refused("the user is disabled");
    private static final Authentication REVOKED = new Authentication.Refused("the token is revoked");

    private final TokenVerifier verifier;
    private final ExternalIssuers issuers;
    private final KnownTokens known;
    private final UserStore users;
    private final SessionStore sessions;
    private final Executor workers;
    private final Ticker ticker;

    /**
     * @param tokenCache how many verified tokens are remembered
     * @param users whose disabled users are refused, though their tokens are good
     * @param sessions whose revocations hold, also for tokens that are remembered
     * @param workers for what is too slow for an I/O thread; bounded, so it may reject
     */
    public JwtAuthenticator(
            TokenVerifier verifier,
            int tokenCache,
            UserStore users,
            SessionStore sessions,
            Executor workers,
            Ticker ticker) {
        this(verifier, ExternalIssuers.NONE, tokenCache, users, sessions, workers, ticker);
    }

    /**
     * The same with external issuers.
     *
     * @param verifier of our own tokens
     * @param issuers who else may issue tokens
     */
    public JwtAuthenticator(
            TokenVerifier verifier,
            ExternalIssuers issuers,
            int tokenCache,
            UserStore users,
            SessionStore sessions,
            Executor workers,
            Ticker ticker) {
        this.verifier = verifier;
        this.issuers = issuers;
        this.known = new KnownTokens(tokenCache);
        this.users = users;
        this.sessions = sessions;
        this.workers = workers;
        this.ticker = ticker;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ProxyCall call) {
        Headers headers = call.request().headers();
        return BearerCredentials.isOneField(headers)
                ? authenticate(call, headers.value("Authorization"))
                : unknown(call);
    }

    /** The same, where the field is known to stand alone: nobody looks for it twice. */
    CompletionStage<Authentication> authenticate(ProxyCall call, FieldValue authorization) {
        CompletionStage<Authentication> remembered = remembered(KnownTokens.Field.of(authorization));
        return remembered == null ? unknown(call) : remembered;
    }

    private CompletionStage<Authentication> unknown(ProxyCall call) {
        Headers headers = call.request().headers();
        BearerCredentials credentials = BearerCredentials.of(headers);
        if (credentials instanceof BearerCredentials.Token token) {
            return authenticate(call, token.text());
        }
        return now(
                credentials instanceof BearerCredentials.Unusable unusable
                        ? unusable.answer()
                        : new Authentication.Refused("an API key, and none are kept here"));
    }

    /** What came out for the same field lately; null when it is not known. */
    private @Nullable CompletionStage<Authentication> remembered(KnownTokens.Field field) {
        KnownTokens.Good good = known.good(field);
        if (good == null) {
            return known.refusal(field, ticker.nanoTime());
        }
        if (good.key().isOver()) {
            known.forget(field);
            return null;
        }
        if (ticker.epochMillis() >= good.expiresMillis()) {
            known.forget(field);
            return now(new Authentication.Refused(
                    "expiry: expired at " + good.caller().expiry()));
        }
        if (good.isRevoked(sessions.revocations())) {
            return now(REVOKED);
        }
        return isDisabled(good.caller()) ? now(DISABLED) : good.answer();
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
            ExternalIssuer issuer = issuers.isEmpty() ? null : issuers.of(token);
            if (issuer != null) {
                return external(call, field, issuer, token);
            }
            TokenVerifier.Examined examined = verifier.examine(token);
            return examined.isCheap()
                    ? now(confirmed(field, verifier, examined))
                    : later(call, field, verifier, examined);
        } catch (TokenRefusal refusal) {
            return now(refused(field, refusal.verdict()));
        }
    }

    /** With the keys that are there, else with those of one fetch, else not at all. */
    private CompletionStage<Authentication> external(
            ProxyCall call, KnownTokens.Field field, ExternalIssuer issuer, String token) {
        try {
            return later(call, field, issuer.verifier(), issuer.verifier().examine(token));
        } catch (TokenRefusal refusal) {
            Optional<CompletionStage<Void>> fetch =
                    refusal.check() == TokenCheck.KEY ? issuer.keys().tryAwait() : Optional.empty();
            if (fetch.isEmpty()) {
                return unmatched(field, issuer, refusal);
            }
            return fetch.get()
                    .thenComposeAsync(
                            done -> {
                                try {
                                    TokenVerifier.Examined examined =
                                            issuer.verifier().examine(token);
                                    return later(call, field, issuer.verifier(), examined);
                                } catch (TokenRefusal still) {
                                    return unmatched(field, issuer, still);
                                }
                            },
                            call.io());
        }
    }

    private CompletionStage<Authentication> unmatched(
            KnownTokens.Field field, ExternalIssuer issuer, TokenRefusal refusal) {
        if (refusal.check() == TokenCheck.KEY && issuer.keys().isInDoubt()) {
            return CompletableFuture.failedFuture(new ProblemException(Problem.of(
                            ProblemType.UPSTREAM_UNAVAILABLE,
                            "The issuer of the token gives no keys at present, so the token could not be checked.")
                    .withReason("no key from the issuer " + issuer.name() + " to check the token with")
                    .withRetryAfter(issuer.keys().untilNext())));
        }
        return now(refused(field, refusal.verdict()));
    }

    private boolean isDisabled(Caller.Identified caller) {
        return !caller.external() && users.isDisabled(caller.subject());
    }

    private CompletionStage<Authentication> later(
            ProxyCall call, KnownTokens.Field field, TokenVerifier by, TokenVerifier.Examined examined) {
        CompletableFuture<Authentication> result = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    Authentication authentication = confirmed(field, by, examined);
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

    private Authentication confirmed(KnownTokens.Field field, TokenVerifier by, TokenVerifier.Examined examined) {
        TokenVerdict verdict = by.confirm(examined);
        if (verdict instanceof TokenVerdict.Accepted accepted) {
            known.put(
                    field,
                    KnownTokens.Good.of(
                            accepted.caller(), accepted.mark(), examined.key().life()));
            if (sessions.revocations().isRevoked(accepted.mark())) {
                return REVOKED;
            }
            return isDisabled(accepted.caller()) ? DISABLED : new Authentication.Accepted(accepted.caller());
        }
        return refused(field, (TokenVerdict.Refused) verdict);
    }

    private Authentication refused(KnownTokens.Field field, TokenVerdict.Refused verdict) {
        Authentication.Refused refused =
                new Authentication.Refused(verdict.check().label() + ": " + verdict.reason());
        // A token that is not good yet may be so in a moment, and a key that is not there too.
        if (verdict.check() != TokenCheck.NOT_BEFORE
                && verdict.check() != TokenCheck.ISSUED_AT
                && verdict.check() != TokenCheck.KEY) {
            known.put(field, refused, ticker.nanoTime());
        }
        return refused;
    }

    private static CompletionStage<Authentication> now(Authentication authentication) {
        return CompletableFuture.completedFuture(authentication);
    }
}
