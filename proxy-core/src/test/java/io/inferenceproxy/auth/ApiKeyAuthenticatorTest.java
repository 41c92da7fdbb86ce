package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.problem.ProblemException;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.units.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls with API keys: which are let in, which are not, and in what form they come; over 300 lines because each is a case. */
class ApiKeyAuthenticatorTest {

    private final ManualClock clock = new ManualClock();
    private final Forge forge = new Forge(clock);
    private final KeysInMemory keys = new KeysInMemory();
    private final KeyIssuer issuer = new KeyIssuer(keys, clock);
    private final Set<String> disabled = new HashSet<>();
    private final UserStore users = new UserStore() {
        @Override
        public Optional<User> user(String name) {
            return Optional.empty();
        }

        @Override
        public boolean isDisabled(String name) {
            return disabled.contains(name);
        }
    };
    private final Authenticator tokens =
            new JwtAuthenticator(forge.verifier(), 100, users, SessionStore.NONE, new HeldWorkers(2), clock);
    private final ApiKeyAuthenticator authenticator =
            new ApiKeyAuthenticator(keys, Forge.OPTIONS, users, clock, tokens);

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER    "})
    void takesAKeyAsABearerToken(String scheme) {
        IssuedKey issued = issuer.create(KeyRequest.of("alice")
                .withRoles(Set.of("researcher"))
                .withScopes(Set.of("predict"))
                .withTtl(Duration.ofHours(1)));

        assertThat(authenticated("Authorization", scheme + text(issued)))
                .isEqualTo(new Authentication.Accepted(new Caller.Identified(
                                "inference-proxy",
                                false,
                                "alice",
                                Set.of("researcher"),
                                Set.of("predict"),
                                clock.now().plusSeconds(3600))
                        .withApiKey(issued.key().id())));
    }

    @Test
    void takesAKeyInItsOwnFieldAndOneThatIsInBoth() {
        String key = text(issuer.create(KeyRequest.of("alice")));

        assertThat(authenticated("X-API-Key", key)).isInstanceOf(Authentication.Accepted.class);
        assertThat(authenticated("Authorization", "", "X-API-Key", " " + key))
                .isInstanceOf(Authentication.Accepted.class);
        assertThat(authenticated("Authorization", "Bearer " + key, "X-API-Key", key))
                .isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void leavesTokensAndMissingCredentialsToTheOther() {
        assertThat(authenticated("Authorization", "Bearer " + forge.good()))
                .isInstanceOf(Authentication.Accepted.class);
        assertThat(authenticated()).isEqualTo(new Authentication.Missing());
        assertThat(authenticated("X-API-Key", "")).isEqualTo(new Authentication.Missing());
        assertThat(keys.asked).isZero();
    }

    @Test
    void findsTwoDifferentCredentialsConflictingAlsoWhenTheKeyIsRemembered() {
        String key = text(issuer.create(KeyRequest.of("alice")));
        String other = text(issuer.create(KeyRequest.of("alice")));
        authenticated("Authorization", "Bearer " + key);
        authenticated("X-API-Key", key);
        Authentication conflicting = new Authentication.Conflicting();

        assertThat(authenticated("Authorization", "Bearer " + key, "X-API-Key", other))
                .isEqualTo(conflicting);
        assertThat(authenticated("Authorization", "Bearer " + forge.good(), "X-API-Key", key))
                .isEqualTo(conflicting);
        assertThat(authenticated("X-API-Key", key, "X-API-Key", other)).isEqualTo(conflicting);
        assertThat(authenticated("Authorization", "Bearer " + key, "Authorization", "Bearer " + forge.good()))
                .isEqualTo(conflicting);
        assertThat(authenticated("X-API-Key", key, "X-API-Key", key)).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void refusesWhatIsNotExactlyTheKey() {
        String key = text(issuer.create(KeyRequest.of("alice")));
        String another = text(issuer.create(KeyRequest.of("bob")));

        for (String wrong : new String[] {
            key.substring(0, key.length() - 1),
            key + "1",
            key.toLowerCase(Locale.ROOT),
            key.substring(0, 17) + another.substring(17),
            another.substring(0, 17) + key.substring(17),
            "ipx_" + key.substring(17),
            "ipx_",
            "sk-something",
            key.replace('_', '-'),
            "ipx_123456789abc_" + key.substring(17)
        }) {
            assertThat(authenticated("X-API-Key", wrong)).as(wrong).isInstanceOf(Authentication.Refused.class);
        }
    }

    @Test
    void aHundredThousandGuessesAreRefusedAndMakeNobodyForgotten() {
        IssuedKey issued = issuer.create(KeyRequest.of("alice"));
        ProxyCall good = AuthCalls.bearing(text(issued));
        authenticated(good);
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 50_000; i++) {
            for (KeyText guess :
                    List.of(KeyText.random(random), KeyText.withId(issued.key().id(), random))) {
                assertThat(authenticated(AuthCalls.bearing(guess.whole().reveal())))
                        .isInstanceOf(Authentication.Refused.class);
            }
        }
        int asked = keys.asked;

        assertThat(authenticated(good)).isInstanceOf(Authentication.Accepted.class);
        assertThat(keys.asked).isEqualTo(asked);
    }

    @Test
    void asksTheStoreForAKeyOnceUntilTheStoreHasChanged() {
        IssuedKey issued = issuer.create(KeyRequest.of("alice"));
        ProxyCall call = AuthCalls.bearing(text(issued));
        authenticated(call);
        authenticated(call);
        int before = keys.asked;

        issuer.create(KeyRequest.of("bob"));
        authenticated(call);

        assertThat(before).isEqualTo(1);
        assertThat(keys.asked).isEqualTo(2);
    }

    @Test
    void refusesARevokedOrDisabledKeyAtOnceThoughItIsRemembered() {
        IssuedKey revoked = issuer.create(KeyRequest.of("alice"));
        IssuedKey turnedOff = issuer.create(KeyRequest.of("bob"));
        IssuedKey ofADisabledUser = issuer.create(KeyRequest.of("carol"));
        for (IssuedKey issued : new IssuedKey[] {revoked, turnedOff, ofADisabledUser}) {
            assertThat(authenticated(AuthCalls.bearing(text(issued)))).isInstanceOf(Authentication.Accepted.class);
        }

        keys.remove(revoked.key().id());
        keys.replace(turnedOff.key(), turnedOff.key().withEnabled(false));
        disabled.add("carol");

        for (IssuedKey issued : new IssuedKey[] {revoked, turnedOff, ofADisabledUser}) {
            assertThat(authenticated(AuthCalls.bearing(text(issued)))).isInstanceOf(Authentication.Refused.class);
        }
    }

    @Test
    void refusesAKeyFromTheMomentItExpires() {
        ProxyCall call =
                AuthCalls.bearing(text(issuer.create(KeyRequest.of("alice").withTtl(Duration.ofMinutes(1)))));
        clock.advance(Duration.ofSeconds(59));
        Authentication within = authenticated(call);
        clock.advance(Duration.ofSeconds(1));

        assertThat(within).isInstanceOf(Authentication.Accepted.class);
        assertThat(authenticated(call)).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void takesTheOldSecretOfARotatedKeyUntilItsGraceIsOver() {
        IssuedKey old = issuer.create(KeyRequest.of("alice"));
        IssuedKey fresh = issuer.rotate(old.key().id(), Duration.ofHours(1)).orElseThrow();
        Authentication both = authenticated(AuthCalls.bearing(text(old)));
        clock.advance(Duration.ofHours(1));

        assertThat(both).isInstanceOf(Authentication.Accepted.class);
        assertThat(authenticated(AuthCalls.bearing(text(old)))).isInstanceOf(Authentication.Refused.class);
        assertThat(authenticated(AuthCalls.bearing(text(fresh)))).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void permitsAKeyOnItsRoutesAloneAndToAskWhoItIs() {
        String key = text(issuer.create(KeyRequest.of("alice").withRoutes(Set.of("inference"))));

        for (int i = 0; i < 2; i++) {
            assertThat(authenticated(on("inference", key))).isInstanceOf(Authentication.Accepted.class);
            assertThat(authenticated(atMe(key))).isInstanceOf(Authentication.Accepted.class);
            assertThat(authenticated(on("me", key))).isInstanceOf(Authentication.NotPermitted.class);
            assertThat(authenticated(on("vault", key))).isInstanceOf(Authentication.NotPermitted.class);
        }
    }

    @Test
    void tellsTheStoreOfAUseOnceAMinute() {
        IssuedKey issued = issuer.create(KeyRequest.of("alice"));
        Instant first = clock.now();
        authenticated(AuthCalls.bearing(text(issued)));
        clock.advance(Duration.ofSeconds(59));
        authenticated(AuthCalls.bearing(text(issued)));
        Instant toldBefore = keys.uses.get(issued.key().id());
        clock.advance(Duration.ofSeconds(1));
        authenticated(AuthCalls.bearing(text(issued)));

        assertThat(toldBefore).isEqualTo(first);
        assertThat(keys.uses).containsEntry(issued.key().id(), clock.now());
    }

    @Test
    void waitsForAStoreThatAnswersLater() {
        IssuedKey issued = issuer.create(KeyRequest.of("alice"));
        CompletableFuture<Optional<ApiKey>> later = new CompletableFuture<>();
        keys.held = Optional.of(later);

        CompletionStage<Authentication> found = authenticator.authenticate(AuthCalls.bearing(text(issued)));
        boolean before = found.toCompletableFuture().isDone();
        later.complete(Optional.of(issued.key()));

        assertThat(before).isFalse();
        assertThat(AuthCalls.now(found)).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void letsNobodyInWhileTheStoreIsDownButThoseItKnows() {
        IssuedKey known = issuer.create(KeyRequest.of("alice"));
        IssuedKey unknown = issuer.create(KeyRequest.of("bob"));
        authenticated(AuthCalls.bearing(text(known)));
        keys.held =
                Optional.of(CompletableFuture.failedFuture(new StoreException("down", new IllegalStateException())));

        CompletionStage<Authentication> found = authenticator.authenticate(AuthCalls.bearing(text(unknown)));

        assertThat(authenticated(AuthCalls.bearing(text(known)))).isInstanceOf(Authentication.Accepted.class);
        assertThatThrownBy(() -> AuthCalls.now(found))
                .cause()
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.OVERLOADED));
    }

    @Test
    void remembersNothingWithoutACache() {
        ApiKeyAuthenticator forgetful =
                new ApiKeyAuthenticator(keys, Forge.OPTIONS.withTokenCache(0), users, clock, tokens);
        String key = text(issuer.create(KeyRequest.of("alice")));

        AuthCalls.now(forgetful.authenticate(AuthCalls.bearing(key)));
        AuthCalls.now(forgetful.authenticate(AuthCalls.bearing(key)));

        assertThat(keys.asked).isEqualTo(2);
    }

    @Test
    void printsNoSecret() {
        IssuedKey issued = issuer.create(KeyRequest.of("alice"));
        String secret = text(issued).substring(17);

        assertThat(issued + " " + KeyText.parse(text(issued)) + " " + issued.key())
                .doesNotContain(secret)
                .doesNotContain(SecretText.digest(secret).reveal());
    }

    private static ProxyCall on(String route, String key) {
        return AuthCalls.bearing(key).withRoute(route, ApiStyle.NATIVE);
    }

    private static ProxyCall atMe(String key) {
        return AuthCalls.call("GET", "/api/me", "192.0.2.1", AuthCalls.INLINE, Body.empty(), "X-API-Key", key);
    }

    private static String text(IssuedKey issued) {
        Secret text = issued.text();
        return text.reveal();
    }

    private Authentication authenticated(String... fields) {
        return authenticated(AuthCalls.get(fields));
    }

    private Authentication authenticated(ProxyCall call) {
        return AuthCalls.now(authenticator.authenticate(call));
    }
}
