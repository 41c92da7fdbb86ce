package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens at the door; over 300 lines because each way to be known, refused or forgotten has its test. */
class JwtAuthenticatorTest {

    private final ManualClock clock = new ManualClock();
    private final Forge forge = new Forge(clock);
    private final HeldWorkers workers = new HeldWorkers(2);
    private final JwtAuthenticator authenticator =
            new JwtAuthenticator(forge.verifier(), 100, UserStore.NONE, SessionStore.NONE, workers, clock);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR   "})
    void takesATokenUnderTheSchemeInAnyCase(String scheme) {
        assertThat(authenticated("Authorization", scheme + forge.good())).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void missesCredentialsWhereThereAreNone() {
        assertThat(authenticated()).isEqualTo(new Authentication.Missing());
        assertThat(authenticated("Authorization", "")).isEqualTo(new Authentication.Missing());
        assertThat(authenticated("X-API-Key", "")).isEqualTo(new Authentication.Missing());
        assertThat(authenticated("Authorization", "Basic YWxpY2U6c2VjcmV0")).isEqualTo(new Authentication.Missing());
    }

    @Test
    void looksForTokensInTheAuthorizationFieldAlone() {
        String token = forge.good();
        Body form = Body.of(("access_token=" + token).getBytes(StandardCharsets.UTF_8));
        ProxyCall call = AuthCalls.call(
                "POST",
                "/api/inference?access_token=" + token,
                "192.0.2.1",
                AuthCalls.INLINE,
                form,
                "Cookie",
                "token=" + token,
                "Proxy-Authorization",
                "Bearer " + token,
                "X_Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(AuthCalls.now(authenticator.authenticate(call))).isEqualTo(new Authentication.Missing());
    }

    @Test
    void refusesAnApiKey() {
        assertThat(authenticated("X-API-Key", "ipx_a_b")).isInstanceOf(Authentication.Refused.class);
        assertThat(authenticated("Authorization", "Bearer ipx_a_b")).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void findsTwoDifferentCredentialsConflicting() {
        String token = "Bearer " + forge.good();

        assertThat(authenticated("Authorization", token, "X-API-Key", "ipx_a_b"))
                .isEqualTo(new Authentication.Conflicting());
        assertThat(authenticated("Authorization", token, "authorization", "Bearer x"))
                .isEqualTo(new Authentication.Conflicting());
        assertThat(authenticated("Authorization", "", "Authorization", token))
                .isEqualTo(new Authentication.Conflicting());
    }

    @Test
    void refusesSeveralTokensInOneListOrTheSameFieldTwice() {
        String token = "Bearer " + forge.good();

        assertThat(authenticated("Authorization", token + ", " + token)).isInstanceOf(Authentication.Refused.class);
        assertThat(authenticated("Authorization", token + ", Basic x")).isInstanceOf(Authentication.Refused.class);
        assertThat(authenticated("Authorization", token, "Authorization", token))
                .isInstanceOf(Authentication.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer \"x\"", "Bearer token=x", "Bearer é.é.é"})
    void refusesABearerFieldWithoutAToken(String field) {
        assertThat(authenticated("Authorization", field)).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void refusesATokenThatIsTooLongWithoutLookingAtIt() {
        assertThat(authenticated("Authorization", "Bearer " + "a".repeat(9_000)))
                .isEqualTo(new Authentication.Refused("token: more than 8192 characters"));
    }

    @Test
    void remembersAVerifiedTokenButNotPastItsExpiry() {
        ProxyCall call = AuthCalls.bearing(forge.good());
        assertThat(AuthCalls.now(authenticator.authenticate(call))).isInstanceOf(Authentication.Accepted.class);

        clock.advance(Duration.ofSeconds(629));
        Authentication within = AuthCalls.now(authenticator.authenticate(call));
        clock.advance(Duration.ofSeconds(1));
        Authentication past = AuthCalls.now(authenticator.authenticate(call));

        assertThat(within).isInstanceOf(Authentication.Accepted.class);
        assertThat(past).isEqualTo(new Authentication.Refused("expiry: expired at 2026-06-01T12:10:00Z"));
    }

    @Test
    void refusesATokenWhoseSignatureDiffersInOneBitFromARememberedOne() {
        String good = forge.good();
        assertThat(authenticated("Authorization", "Bearer " + good)).isInstanceOf(Authentication.Accepted.class);
        int dot = good.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(good.substring(dot + 1));
        signature[31] ^= 1;

        Authentication found =
                authenticated("Authorization", "Bearer " + good.substring(0, dot + 1) + Forge.part(signature));

        assertThat(found).isEqualTo(new Authentication.Refused("signature: not signed with our key"));
    }

    @Test
    void refusesARefusedTokenEachTime() {
        String bad = Forge.signed(Forge.HEADER, forge.claimsWith("aud", "\"billing\""));

        assertThat(authenticated("Authorization", "Bearer " + bad)).isInstanceOf(Authentication.Refused.class);
        assertThat(authenticated("Authorization", "Bearer " + bad)).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void refusesAGoodTokenAtOnceWhenItsUserIsDisabled() {
        boolean[] disabled = {false};
        UserStore users = new UserStore() {
            @Override
            public Optional<User> user(String name) {
                return Optional.of(new User(name, Secret.none(), Set.of(), !disabled[0]));
            }

            @Override
            public boolean isDisabled(String name) {
                return disabled[0];
            }
        };
        JwtAuthenticator withUsers =
                new JwtAuthenticator(forge.verifier(), 100, users, SessionStore.NONE, workers, clock);
        ProxyCall call = AuthCalls.bearing(forge.good());
        assertThat(AuthCalls.now(withUsers.authenticate(call))).isInstanceOf(Authentication.Accepted.class);

        disabled[0] = true;

        assertThat(AuthCalls.now(withUsers.authenticate(call)))
                .isEqualTo(new Authentication.Refused("the user is disabled"));
    }

    @Test
    void checksTheSignatureOfAnAsymmetricTokenOnTheWorkersOnce() {
        JwtAuthenticator rsa = rsaAuthenticator(100);
        ProxyCall call = AuthCalls.bearing(rsaToken());

        CompletionStage<Authentication> first = rsa.authenticate(call);
        boolean doneBeforeTheWorkers = first.toCompletableFuture().isDone();
        workers.runAll();
        CompletionStage<Authentication> second = rsa.authenticate(call);

        assertThat(doneBeforeTheWorkers).isFalse();
        assertThat(AuthCalls.now(first)).isInstanceOf(Authentication.Accepted.class);
        assertThat(AuthCalls.now(second)).isEqualTo(AuthCalls.now(first));
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void remembersATokenOnceHoweverItsFieldIsSpelt() {
        JwtAuthenticator rsa = rsaAuthenticator(100);
        String token = rsaToken();
        rsa.authenticate(AuthCalls.get("Authorization", "bearer   " + token));
        workers.runAll();

        for (String scheme : List.of("Bearer ", "BEARER ", "bearer   ")) {
            assertThat(AuthCalls.now(rsa.authenticate(AuthCalls.get("Authorization", scheme + token))))
                    .isInstanceOf(Authentication.Accepted.class);
        }
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void findsARememberedTokenConflictingWithAnotherCredential() {
        String good = "Bearer " + forge.good();
        assertThat(authenticated("Authorization", good)).isInstanceOf(Authentication.Accepted.class);

        assertThat(authenticated("Authorization", good, "X-API-Key", "ipx_a_b"))
                .isEqualTo(new Authentication.Conflicting());
        assertThat(authenticated("Authorization", good, "Authorization", "Bearer x"))
                .isEqualTo(new Authentication.Conflicting());
        assertThat(authenticated("Authorization", good, "Authorization", good))
                .isInstanceOf(Authentication.Refused.class);
        assertThat(authenticated("Authorization", good, "X-API-Key", "")).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void checksARefusedSignatureAgainOnlyAfterAWhile() {
        JwtAuthenticator rsa = rsaAuthenticator(100);
        String token = rsaToken();
        ProxyCall call = AuthCalls.bearing(token.substring(0, token.length() - 4) + "AAAA");
        CompletionStage<Authentication> first = rsa.authenticate(call);
        workers.runAll();

        Authentication second = AuthCalls.now(rsa.authenticate(call));
        int troubled = workers.waiting();
        clock.advance(Duration.ofSeconds(10));
        rsa.authenticate(call);

        assertThat(AuthCalls.now(first)).isEqualTo(second).isInstanceOf(Authentication.Refused.class);
        assertThat(troubled).isZero();
        assertThat(workers.waiting()).isOne();
    }

    @Test
    void takesATokenAsSoonAsItIsGoodThoughItWasRefusedBefore() {
        String early = Forge.signed(Forge.HEADER, forge.claimsWith("nbf", Long.toString(clock.epochSecond() + 31)));
        assertThat(authenticated("Authorization", "Bearer " + early)).isInstanceOf(Authentication.Refused.class);

        clock.advance(Duration.ofSeconds(1));

        assertThat(authenticated("Authorization", "Bearer " + early)).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void verifiesAnewEachTimeWithoutACache() {
        JwtAuthenticator rsa = rsaAuthenticator(0);
        ProxyCall call = AuthCalls.bearing(rsaToken());
        CompletionStage<Authentication> first = rsa.authenticate(call);
        workers.runAll();

        CompletionStage<Authentication> second = rsa.authenticate(call);

        assertThat(AuthCalls.now(first)).isInstanceOf(Authentication.Accepted.class);
        assertThat(workers.waiting()).isEqualTo(1);
        assertThat(second.toCompletableFuture()).isNotDone();
    }

    @Test
    void doesNotTroubleTheWorkersWithATokenOfAnotherAlgorithm() {
        assertThat(AuthCalls.now(rsaAuthenticator(100).authenticate(AuthCalls.bearing(forge.good()))))
                .isInstanceOf(Authentication.Refused.class);
        assertThat(workers.waiting()).isZero();
    }

    @Test
    void isOverloadedWhenTheWorkersHaveNoRoom() {
        JwtAuthenticator rsa = rsaAuthenticator(100);
        ProxyCall call = AuthCalls.bearing(rsaToken());
        CompletionStage<Authentication> one = rsa.authenticate(call);
        CompletionStage<Authentication> two = rsa.authenticate(call);
        ProxyHandler guarded = new RecoverFilter()
                .inFrontOf(new AuthenticateFilter(rsa, FailureLimit.NONE, AccessRequirement.NONE)
                        .inFrontOf(admitted -> CompletableFuture.completedFuture(ProxyResponse.empty(204))));

        ProxyResponse answer = AuthCalls.now(guarded.handle(call));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(AuthCalls.field(answer, "Retry-After")).isEqualTo("1");
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("overloaded");
        workers.runAll();
        assertThat(AuthCalls.now(one)).isEqualTo(AuthCalls.now(two));
    }

    @Test
    void letsNobodyInWhenTheUsersCannotBeAsked() {
        UserStore broken = new UserStore() {
            @Override
            public Optional<User> user(String name) {
                return Optional.empty();
            }

            @Override
            public boolean isDisabled(String name) {
                throw new IllegalStateException("no users today");
            }
        };
        JwtAuthenticator onIo = new JwtAuthenticator(forge.verifier(), 100, broken, SessionStore.NONE, workers, clock);
        JwtAuthenticator onWorkers =
                new JwtAuthenticator(rsaVerifier(), 100, broken, SessionStore.NONE, workers, clock);

        CompletionStage<Authentication> later = onWorkers.authenticate(AuthCalls.bearing(rsaToken()));
        workers.runAll();

        assertThat(later).isCompletedExceptionally();
        assertThatThrownBy(() -> onIo.authenticate(AuthCalls.bearing(forge.good())))
                .isInstanceOf(IllegalStateException.class);
    }

    private AuthOptions rsaOptions() {
        return KeyFiles.options(directory, KeyFiles.pkcs8(KeyFiles.RSA), TokenAlgorithm.RS256);
    }

    private JwtAuthenticator rsaAuthenticator(int cache) {
        return new JwtAuthenticator(rsaVerifier(), cache, UserStore.NONE, SessionStore.NONE, workers, clock);
    }

    private TokenVerifier rsaVerifier() {
        AuthOptions options = rsaOptions();
        return new TokenVerifier(options, SigningKeys.of(options), clock);
    }

    private String rsaToken() {
        AuthOptions options = rsaOptions();
        return new TokenIssuer(options, SigningKeys.of(options), clock)
                .issue(TokenRequest.of("alice"))
                .text();
    }

    private Authentication authenticated(String... fields) {
        return AuthCalls.now(authenticator.authenticate(AuthCalls.get(fields)));
    }
}
