package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by API keys, in {@code Authorization: Bearer} or {@code X-API-Key}; who sends something else is for another
 * authenticator.
 *
 * <p>A key that was good is remembered until it ends or the store has changed. Of one that is not good everything is
 * compared that is compared of a good one, so that what is wrong with it takes no other time.
 */
public final class ApiKeyAuthenticator implements Authenticator {

    private static final String KEY_FIELD = "X-API-Key";
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final Authentication DISABLED = new Authentication.Refused("the user is disabled");
    private static final Secret NOBODYS = SecretText.digest("nobody's");

    private final KeyStore keys;
    private final KnownKeys known;
    private final String issuer;
    private final UserStore users;
    private final Ticker ticker;
    private final Authenticator others;

    /**
     * @param options whose issuer vouches for the users of keys, and how much is remembered
     * @param users whose disabled users are refused, though their keys are good
     * @param others for all who send no API key
     */
    public ApiKeyAuthenticator(
            KeyStore keys, AuthOptions options, UserStore users, Ticker ticker, Authenticator others) {
        this.keys = keys;
        this.known = new KnownKeys(options.tokenCache());
        this.issuer = options.issuer();
        this.users = users;
        this.ticker = ticker;
        this.others = others;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ProxyCall call) {
        Headers headers = call.request().headers();
        FieldValue authorization = headers.value("Authorization");
        boolean own = headers.contains(KEY_FIELD);
        if (!own && !KeyText.isIn(authorization)) {
            return others instanceof JwtAuthenticator tokens && headers.count("Authorization") == 1
                    ? tokens.authenticate(call, authorization)
                    : others.authenticate(call);
        }
        FieldValue only = authorization.length() == 0 ? headers.value(KEY_FIELD) : authorization;
        boolean alone = headers.count(KEY_FIELD) + headers.count("Authorization") == 1;
        KnownTokens.Field field = KnownTokens.Field.of(only);
        if (alone) {
            KnownKeys.Known remembered = known.get(field);
            if (remembered != null && remembered.revision() == keys.revision()) {
                return remembered(call, remembered);
            }
        }
        BearerCredentials credentials = BearerCredentials.of(headers);
        if (credentials instanceof BearerCredentials.Key key) {
            return authenticate(call, alone ? field : null, key.text());
        }
        // Nothing that is sent along makes a token better or worse: the other one sees the same head.
        return others.authenticate(call);
    }

    private CompletionStage<Authentication> remembered(ProxyCall call, KnownKeys.Known remembered) {
        long now = ticker.epochMillis();
        if (now >= remembered.expiresMillis()) {
            return CompletableFuture.completedFuture(new Authentication.Refused("the key has expired"));
        }
        if (users.isDisabled(remembered.key().user())) {
            return CompletableFuture.completedFuture(DISABLED);
        }
        if (remembered.isUseDue(now)) {
            keys.used(remembered.key().id(), Instant.ofEpochMilli(now));
        }
        return remembered.isFor(call)
                ? remembered.answer()
                : CompletableFuture.completedFuture(new Authentication.NotPermitted(
                        remembered.caller(),
                        "the key is for other routes: " + remembered.key().routes()));
    }

    private CompletionStage<Authentication> authenticate(
            ProxyCall call, KnownTokens.@Nullable Field field, String text) {
        Optional<KeyText> parsed = KeyText.parse(text);
        if (parsed.isEmpty()) {
            return CompletableFuture.completedFuture(new Authentication.Refused("an API key of another form"));
        }
        long revision = keys.revision();
        CompletableFuture<Optional<ApiKey>> found = keys.find(parsed.get().id()).toCompletableFuture();
        if (found.isDone() && !found.isCompletedExceptionally()) {
            return judged(call, field, parsed.get(), found.join(), revision);
        }
        return found.handleAsync(
                        (key, failure) -> {
                            if (failure != null) {
                                throw new ProblemException(Problem.of(ProblemType.OVERLOADED)
                                        .withReason("the keys cannot be asked: " + failure.getMessage())
                                        .withRetryAfter(BUSY));
                            }
                            return judged(call, field, parsed.get(), key, revision);
                        },
                        call.io())
                .thenCompose(Function.identity());
    }

    private CompletionStage<Authentication> judged(
            ProxyCall call, KnownTokens.@Nullable Field field, KeyText text, Optional<ApiKey> found, long revision) {
        Instant now = ticker.now();
        Secret digest = SecretText.digest(text.secret().reveal());
        List<KeySecret> secrets = found.map(ApiKey::secrets).orElse(List.of());
        Optional<KeySecret> match = Optional.empty();
        for (int i = 0; i < ApiKey.MOST_SECRETS; i++) {
            boolean same = digest.equals(i < secrets.size() ? secrets.get(i).digest() : NOBODYS);
            if (same && i < secrets.size() && secrets.get(i).isLive(now)) {
                match = Optional.of(secrets.get(i));
            }
        }
        if (found.isEmpty() || match.isEmpty() || !found.get().enabled()) {
            String reason = found.isEmpty()
                    ? "no such key"
                    : match.isEmpty() ? "not the secret of the key, or no longer" : "the key is disabled";
            return CompletableFuture.completedFuture(new Authentication.Refused(reason));
        }
        KnownKeys.Known good = KnownKeys.Known.of(found.get(), match.get(), caller(found.get()), revision);
        if (field != null && ticker.epochMillis() < good.expiresMillis()) {
            known.put(field, good);
        }
        return remembered(call, good);
    }

    private Caller.Identified caller(ApiKey key) {
        return new Caller.Identified(
                        issuer,
                        false,
                        key.user(),
                        key.roles(),
                        key.scopes(),
                        key.expiry().orElse(Instant.MAX))
                .withApiKey(key.id());
    }
}
