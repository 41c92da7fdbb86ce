package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Both grants of the token endpoint, with every error of RFC 6749 that it has; over 300 lines because each is a case. */
class OAuthTokenHandlerTest {

    private static final String GRANT = "grant_type=client_credentials";

    private final ManualClock clock = new ManualClock();
    private final Forge forge = new Forge(clock);
    private final HeldWorkers workers = new HeldWorkers(100);
    private final CountingLimit perAddress = new CountingLimit(3);
    private final List<AuditEvent> events = new ArrayList<>();
    private final KeysInMemory keys = new KeysInMemory();
    private final KeyIssuer keyIssuer = new KeyIssuer(keys, clock);
    private final IssuedKey job =
            keyIssuer.create(KeyRequest.of("nightly").withRoles(Set.of("robot")).withScopes(Set.of("read", "write")));
    private final String id = job.key().id();
    private final String whole = job.text().reveal();
    private final String good = GRANT + "&client_id=" + id + "&client_secret=" + whole;
    private final User alice = new User("alice", CountingHasher.hashOf("wonder"), Set.of(), true);
    private final UserStore users = new UserStore() {
        @Override
        public Optional<User> user(String name) {
            return name.equals("alice") ? Optional.of(alice) : Optional.empty();
        }

        @Override
        public boolean isDisabled(String name) {
            return name.equals("mallory");
        }
    };
    private final TokenIssuer issuer = new TokenIssuer(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), clock);
    private final SessionsInMemory store = new SessionsInMemory(clock);
    private final Sessions sessions = new Sessions(store, users, issuer, SessionOptions.DEFAULT, clock);
    private final KeyTokens tokens = new KeyTokens(store, Forge.OPTIONS.tokenTtl(), clock);
    private final JwtAuthenticator authenticator =
            new JwtAuthenticator(forge.verifier(), 100, users, store, workers, clock);
    private final OAuthTokenHandler handler = handler(new KeyClients(keys, users, clock));

    private OAuthTokenHandler handler(ClientStore store) {
        return new OAuthTokenHandler(
                store, sessions, issuer, perAddress, workers, BufferAccount.boundedBy(1 << 20), events::add, clock);
    }

    private ProxyResponse answer(String form, String... fields) {
        return answer(handler, form, fields);
    }

    private ProxyResponse answer(OAuthTokenHandler by, String form, String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/x-www-form-urlencoded;charset=UTF-8";
        System.arraycopy(fields, 0, all, 2, fields.length);
        var answer = by.handle(AuthCalls.call(
                "POST",
                "/oauth2/token",
                "192.0.2.1",
                AuthCalls.INLINE,
                Body.of(form.getBytes(StandardCharsets.UTF_8)),
                all));
        workers.runAll();
        return AuthCalls.now(answer);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertError(ProxyResponse answer, int status, String error) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(AuthCalls.field(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(AuthCalls.field(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(AuthCalls.json(answer).path("error").asString()).isEqualTo(error);
    }

    @Test
    void givesATokenForTheProgramThatTheProxyTakes() {
        ProxyResponse answer = answer(good);

        JsonNode json = AuthCalls.json(answer);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(AuthCalls.field(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(json.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(json.path("expires_in").asLong()).isEqualTo(3600);
        assertThat(json.path("scope").asString()).isEqualTo("read write");
        TokenVerdict verdict = forge.verifier().verify(json.path("access_token").asString());
        assertThat(verdict).isInstanceOfSatisfying(TokenVerdict.Accepted.class, accepted -> {
            assertThat(accepted.caller().subject()).isEqualTo("nightly");
            assertThat(accepted.caller().roles()).containsExactly("robot");
        });
        assertThat(perAddress.charged("192.0.2.1")).isZero();
    }

    @Test
    void aProgramThatEndsWhileItsTokenIsMadeGetsNone() {
        Iterator<Optional<OAuthClient>> states = List.of(
                        new KeyClients(keys, users, clock).client(id, Secret.of(whole)), Optional.<OAuthClient>empty())
                .iterator();

        ProxyResponse answer = answer(handler((client, secret) -> states.next()), good);

        assertError(answer, 401, "invalid_client");
    }

    @Test
    void aProgramIsLookedUpWithoutAnotherWorker() {
        keys.held = Optional.of(
                CompletableFuture.failedFuture(new StoreException("no worker is free", new IllegalStateException())));

        ProxyResponse answer = answer(good);

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void tokensForProgramsAndRefusedProgramsAreInTheAuditTrailAndARefusedScopeIsNot() {
        answer(good);
        answer(good + "&scope=read+admin");
        answer(good + "x");
        keys.remove(id);
        answer(good);
        answer(GRANT + "&client_id=" + whole + "&client_secret=x");

        assertThat(events)
                .extracting(event -> event.kind() + " " + event.subject() + " " + event.detail())
                .containsExactly(
                        "CLIENT_TOKEN nightly key " + id,
                        "CLIENT_FAILURES " + id + " unknown client or wrong secret",
                        "CLIENT_FAILURES " + id + " unknown client or wrong secret");
        assertThat(events)
                .extracting(event -> event.succeeded() + " " + event.origin())
                .containsExactly("true 192.0.2.1", "false 192.0.2.1", "false 192.0.2.1");
        assertThat(events.toString()).doesNotContain(whole.substring(17));
    }

    @Test
    void theAuditTrailIsNotToldWhatStandsInTheWrongPlace() {
        answer(GRANT + "&client_id=" + whole + "&client_secret=x");

        assertThat(events)
                .singleElement()
                .satisfies(event -> assertThat(event.subject()).isEmpty());
    }

    private String token() {
        return AuthCalls.json(answer(good)).path("access_token").asString();
    }

    private boolean isIn(String token) {
        return AuthCalls.now(authenticator.authenticate(AuthCalls.bearing(token))) instanceof Authentication.Accepted;
    }

    @Test
    void aTokenEndsWithTheKeyThatItWasGotWithAndNoOtherDoes() {
        String token = token();
        String other = AuthCalls.json(answer(formOf(whole(KeyRequest.of("nightly")))))
                .path("access_token")
                .asString();
        String own = issuer.issue(TokenRequest.of("nightly")).text();
        assertThat(isIn(token) && isIn(other) && isIn(own)).isTrue();

        tokens.end(id);

        assertThat(isIn(token)).isFalse();
        assertThat(isIn(other)).isTrue();
        assertThat(isIn(own)).isTrue();
        clock.advance(Duration.ofDays(2));
        store.revokeToken("any", clock.now());
        assertThat(store.revocations().sessions())
                .as("forgotten when no token of it can be good")
                .isEmpty();
    }

    @Test
    void aKeyThatWasDisabledGivesGoodTokensAgainAtOnceThoughThoseBeforeAreRevoked() {
        String before = token();
        assertThat(isIn(before)).isTrue();

        tokens.endPresent(id);

        assertThat(isIn(before)).isFalse();
        assertThat(isIn(token())).isTrue();
    }

    @Test
    void aTokenInTheSecondInWhichItsUserWasRevokedIsGood() {
        String before = token();
        store.revokeUser("nightly", clock.now());

        assertThat(isIn(before)).isFalse();
        assertThat(isIn(token())).isTrue();
    }

    @Test
    void aLogoutWithSuchATokenEndsItAlone() throws TokenRefusal {
        String one = token();
        String other = token();
        assertThat(isIn(one) && isIn(other)).isTrue();

        sessions.end(TokenMark.of(UnverifiedToken.parse(one), "inference-proxy"));

        assertThat(isIn(one)).isFalse();
        assertThat(isIn(other)).isTrue();
    }

    @Test
    void takesCredentialsByBasicWithEscapes() {
        assertThat(answer(GRANT, "Authorization", basic(id + ":" + whole)).status())
                .isEqualTo(200);
        assertThat(answer(GRANT + "&client_id=" + id, "Authorization", basic(id + ":" + whole))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void givesTheScopesThatAreAskedForAndNoOthers() {
        assertThat(AuthCalls.json(answer(good + "&scope=read")).path("scope").asString())
                .isEqualTo("read");
        assertError(answer(good + "&scope=read+admin"), 400, "invalid_scope");
    }

    @Test
    void unknownProgramsAndWrongSecretsLookAlike() {
        String other = keyIssuer.create(KeyRequest.of("other")).text().reveal();
        ProxyResponse unknown = answer(GRANT + "&client_id=who&client_secret=" + whole);
        ProxyResponse wrong = answer(GRANT + "&client_id=" + id + "&client_secret=" + other);

        assertError(unknown, 401, "invalid_client");
        assertThat(AuthCalls.field(unknown, "WWW-Authenticate")).startsWith("Basic realm=\"inference-proxy\"");
        assertThat(AuthCalls.whole(wrong)).isEqualTo(AuthCalls.whole(unknown));
    }

    @ParameterizedTest
    @CsvSource({
        "'',invalid_request,400",
        "grant_type=,invalid_request,400",
        "grant_type=password&username=a&password=b,unsupported_grant_type,400",
        "grant_type=refresh_token,invalid_request,400",
        "grant_type=refresh_token&refresh_token=x,invalid_grant,400",
        "grant_type=client_credentials&grant_type=client_credentials,invalid_request,400",
        "grant_type=client_credentials&client_id=a&client_id=b,invalid_request,400",
        "grant_type=client_credentials,invalid_client,401",
        "grant_type=client_credentials&client_id=job,invalid_client,401",
        "grant_type=client_credentials&client_secret=x,invalid_request,400",
        "grant_type=%zz,invalid_request,400",
        "grant_type=%ff,invalid_request,400",
        "grant_type=client_credentials&client_id=a%00b&client_secret=x,invalid_request,400"
    })
    void saysWhatIsWrongAsTheStandardDoes(String form, String error, int status) {
        assertError(answer(form), status, error);
        assertThat(workers.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic !!!", "Basic am9i"})
    void basicCredentialsThatAreNoneAreMalformed(String field) {
        assertError(answer(GRANT, "Authorization", field), 400, "invalid_request");
    }

    @Test
    void credentialsInTwoPlacesAreMalformed() {
        assertError(answer(good, "Authorization", basic(id + ":" + whole)), 400, "invalid_request");
        assertError(answer(GRANT + "&client_id=other", "Authorization", basic("job:x")), 400, "invalid_request");
        assertError(answer(GRANT, "Authorization", "Bearer x"), 401, "invalid_client");
    }

    @Test
    void takesFormsAlone() {
        ProxyResponse json = AuthCalls.now(handler.handle(AuthCalls.login("{}")));

        assertError(json, 400, "invalid_request");
    }

    @Test
    void refusalsAreLimitedByAddressAndGoodProgramsAreNotCharged() {
        for (int i = 0; i < 3; i++) {
            assertThat(answer(GRANT + "&client_id=who&client_secret=" + i).status())
                    .isEqualTo(401);
        }

        ProxyResponse fourth = answer(GRANT + "&client_id=who&client_secret=4");

        assertThat(fourth.status()).isEqualTo(429);
        assertThat(AuthCalls.field(fourth, "Retry-After")).isNotEmpty();
    }

    @Test
    void aStrangerWhoKnowsItsIdentifierDoesNotKeepAProgramOut() {
        for (int i = 0; i < 100; i++) {
            var refused = handler.handle(AuthCalls.call(
                    "POST",
                    "/oauth2/token",
                    "198.51.100." + i,
                    AuthCalls.INLINE,
                    Body.of((GRANT + "&client_id=" + id + "&client_secret=x").getBytes(StandardCharsets.UTF_8)),
                    "Content-Type",
                    "application/x-www-form-urlencoded"));
            workers.runAll();
            assertThat(AuthCalls.now(refused).status()).isEqualTo(401);
        }

        assertThat(answer(good).status()).isEqualTo(200);
    }

    @Test
    void aStoreThatIsDownLetsNobodyInAndChargesNobody() {
        OAuthTokenHandler down = handler((id, secret) -> {
            throw new StoreException("down", new IOException("gone"));
        });
        var answer = down.handle(AuthCalls.call(
                "POST",
                "/oauth2/token",
                "192.0.2.1",
                AuthCalls.INLINE,
                Body.of(good.getBytes(StandardCharsets.UTF_8)),
                "Content-Type",
                "application/x-www-form-urlencoded"));
        workers.runAll();

        assertThat(AuthCalls.now(answer).status()).isEqualTo(503);
        assertThat(AuthCalls.field(AuthCalls.now(answer), "Retry-After")).isEqualTo("1");
        assertThat(perAddress.charged("192.0.2.1")).isZero();
    }

    @Test
    void aTrailThatCannotBeWrittenToGivesNoTokenIsGivenBackOnceAndMakesNoGuessFree() {
        ((Logger) LoggerFactory.getLogger(RefusalLines.class)).setLevel(Level.OFF);
        OAuthTokenHandler unaudited = new OAuthTokenHandler(
                new KeyClients(keys, users, clock),
                sessions,
                issuer,
                perAddress,
                workers,
                BufferAccount.boundedBy(1 << 20),
                event -> {
                    throw new UncheckedIOException("audit file: cannot be written to", new IOException("full"));
                },
                clock);

        assertError(answer(unaudited, good + "x"), 401, "invalid_client");
        assertThat(perAddress.charged("192.0.2.1")).isEqualTo(1);
        assertThatThrownBy(() -> answer(unaudited, good)).hasRootCauseMessage("full");
        assertThat(perAddress.charged("192.0.2.1")).isEqualTo(1);
    }

    @Test
    void theSecretAloneIsTakenToo() {
        assertThat(answer(GRANT + "&client_id=" + id + "&client_secret=" + whole.substring(whole.lastIndexOf('_') + 1))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aReusedRefreshTokenIsInTheAuditTrail() {
        String first = sessions.open(alice).refreshToken().reveal();
        answer("grant_type=refresh_token&refresh_token=" + first);
        assertThat(events).isEmpty();

        answer("grant_type=refresh_token&refresh_token=" + first);

        assertThat(events).hasSize(1);
        assertThat(events.get(0).toString()).contains("alice").doesNotContain(first);
    }

    @Test
    void keysThatAreNotGoodAreNoPrograms() {
        String bound = whole(KeyRequest.of("x").withRoutes(Set.of("vault")));
        String disabled = whole(KeyRequest.of("mallory"));

        assertError(answer(formOf(bound)), 400, "unauthorized_client");
        assertError(answer(formOf(disabled)), 401, "invalid_client");
        keys.remove(id);
        assertError(answer(good), 401, "invalid_client");
    }

    @Test
    void aTokenEndsWithItsKey() {
        String brief = whole(new KeyRequest("x", Set.of(), Set.of(), Set.of(), Optional.of(Duration.ofMinutes(5)), ""));

        assertThat(AuthCalls.json(answer(formOf(brief))).path("expires_in").asLong())
                .isEqualTo(300);
        clock.advance(Duration.ofMinutes(5));
        assertError(answer(formOf(brief)), 401, "invalid_client");
    }

    @Test
    void aTokenThatAnOldSecretGaveEndsWithThatSecretAndThoseOfTheNewOneDoNot() {
        String next = keyIssuer
                .rotate(id, Duration.ofMinutes(10))
                .orElseThrow()
                .text()
                .reveal();
        clock.advance(Duration.ofMinutes(4));
        JsonNode old = AuthCalls.json(answer(good));
        JsonNode fresh = AuthCalls.json(answer(formOf(next)));

        assertThat(old.path("expires_in").asLong()).isEqualTo(360);
        assertThat(fresh.path("expires_in").asLong()).isEqualTo(3600);
        clock.advance(Duration.ofMinutes(7));
        assertThat(isIn(old.path("access_token").asString())).isFalse();
        assertThat(isIn(fresh.path("access_token").asString())).isTrue();
    }

    private String whole(KeyRequest request) {
        return keyIssuer.create(request).text().reveal();
    }

    private static String formOf(String key) {
        return GRANT + "&client_id=" + key.split("_", -1)[1] + "&client_secret=" + key;
    }

    @Test
    void aRefreshTokenGivesAnotherOnceAndItsReuseIsRefused() {
        String first = sessions.open(alice).refreshToken().reveal();

        JsonNode json = AuthCalls.json(answer("grant_type=refresh_token&refresh_token=" + first));

        assertThat(json.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(forge.verifier().verify(json.path("access_token").asString()))
                .isInstanceOf(TokenVerdict.Accepted.class);
        assertThat(json.path("refresh_token").asString()).isNotEmpty().isNotEqualTo(first);
        assertError(answer("grant_type=refresh_token&refresh_token=" + first), 400, "invalid_grant");
        assertError(
                answer("grant_type=refresh_token&refresh_token="
                        + json.path("refresh_token").asString()),
                400,
                "invalid_grant");
    }
}
