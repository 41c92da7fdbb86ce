package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a login through refreshes to the end of a session, on the handlers and the authenticator that the proxy has.
 *
 * <p>Over 300 lines because each rule has its refusals.
 */
class SessionsTest {

    private static final User ALICE = new User("alice", CountingHasher.hashOf("wonder"), Set.of("researcher"), true);

    private final ManualClock clock = new ManualClock();
    private final Map<String, User> users = new HashMap<>(Map.of("alice", ALICE));
    private final UserStore userStore = new UserStore() {
        @Override
        public Optional<User> user(String name) {
            return Optional.ofNullable(users.get(name));
        }

        @Override
        public boolean isDisabled(String name) {
            return user(name).filter(user -> !user.enabled()).isPresent();
        }
    };
    private final List<AuditEvent> audited = new ArrayList<>();
    private final SessionsInMemory store = new SessionsInMemory(clock);
    private final TokenIssuer issuer = new TokenIssuer(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), clock);
    private final Sessions sessions = new Sessions(store, userStore, issuer, SessionOptions.DEFAULT, clock);
    private final HeldWorkers workers = new HeldWorkers(10);
    private final CountingLimit perAddress = new CountingLimit(20);
    private final RefreshHandler refreshing =
            new RefreshHandler(sessions, perAddress, workers, BufferAccount.boundedBy(1 << 20), audited::add);
    private final LogoutHandler leaving = new LogoutHandler(sessions, "inference-proxy", workers, audited::add);
    private final JwtAuthenticator authenticator =
            new JwtAuthenticator(new Forge(clock).verifier(), 100, userStore, store, workers, clock);

    @Test
    void whoComesWithAUsedRefreshTokenIsAudited() {
        Sessions.Grant first = sessions.open(ALICE);
        sessions.refresh(first.refreshToken());

        CompletionStage<ProxyResponse> answer = refreshing.handle(
                AuthCalls.login("{\"refreshToken\":\"" + first.refreshToken().reveal() + "\"}"));
        workers.runAll();

        assertThat(AuthCalls.now(answer).status()).isEqualTo(401);
        assertThat(audited).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(AuditKind.REFRESH_REUSE);
            assertThat(event.subject()).isEqualTo("alice");
            assertThat(event.toString()).doesNotContain(first.refreshToken().reveal());
        });
    }

    @Test
    void aRefreshTokenGivesATokenAndAnotherRefreshTokenOnce() {
        Sessions.Grant first = sessions.open(ALICE);
        clock.advance(Duration.ofMinutes(30));

        ProxyResponse answer = refresh(first.refreshToken());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(AuthCalls.field(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(AuthCalls.json(answer).propertyNames())
                .containsExactly("accessToken", "tokenType", "expiresIn", "refreshToken");
        assertThat(isIn(text(answer, "accessToken"))).isTrue();
        assertThat(text(answer, "refreshToken"))
                .isNotEqualTo(first.refreshToken().reveal());
        assertThat(perAddress.charged("192.0.2.1")).isZero();
    }

    @Test
    void aReusedRefreshTokenEndsTheWholeFamily() {
        Sessions.Grant first = sessions.open(ALICE);
        Sessions.Grant other = sessions.open(ALICE);
        ProxyResponse second = refresh(first.refreshToken());

        ProxyResponse reused = refresh(first.refreshToken());

        assertThat(reused.status()).isEqualTo(401);
        assertThat(refresh(Secret.of(text(second, "refreshToken"))).status()).isEqualTo(401);
        assertThat(isIn(first.token().text())).isFalse();
        assertThat(isIn(text(second, "accessToken"))).isFalse();
        assertThat(isIn(other.token().text())).isTrue();
        assertThat(refresh(other.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void whoKnowsTheSessionAloneCannotEndIt() {
        Sessions.Grant grant = sessions.open(ALICE);
        RefreshToken real = RefreshToken.parse(grant.refreshToken().reveal()).orElseThrow();
        RefreshToken guessed = new RefreshToken(real.session(), Secret.of("1".repeat(44)), Secret.of("1".repeat(44)));

        assertThat(refresh(guessed.whole()).status()).isEqualTo(401);
        assertThat(refresh(grant.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void allBadRefreshTokensGetTheSameAnswerAndAreCharged() {
        Sessions.Grant reused = sessions.open(ALICE);
        refresh(reused.refreshToken());
        Sessions.Grant late = sessions.open(ALICE);
        String unknown = "ipr_" + "1".repeat(22) + "_" + "1".repeat(88);

        String answer = AuthCalls.whole(refresh(Secret.of(unknown)));
        assertThat(AuthCalls.whole(refresh(Secret.of("something else")))).isEqualTo(answer);
        assertThat(AuthCalls.whole(refresh(reused.refreshToken()))).isEqualTo(answer);
        clock.advance(Duration.ofDays(15));
        assertThat(AuthCalls.whole(refresh(late.refreshToken()))).isEqualTo(answer);
        assertThat(perAddress.charged("192.0.2.1")).isEqualTo(4);
    }

    @Test
    void tooManyBadRefreshTokensFromAnAddressAreNotTried() {
        for (int i = 0; i < 20; i++) {
            refresh(Secret.of("something else"));
        }
        Sessions.Grant grant = sessions.open(ALICE);

        ProxyResponse limited = refresh(grant.refreshToken());

        assertThat(limited.status()).isEqualTo(429);
        assertThat(AuthCalls.field(limited, "Retry-After")).isEqualTo("42");
    }

    @Test
    void aSessionEndsWhenItIsNotUsedAndInAnyCaseAtItsAge() {
        Secret refreshToken = sessions.open(ALICE).refreshToken();
        for (int days = 0; days < 84; days += 12) {
            clock.advance(Duration.ofDays(12));
            ProxyResponse answer = refresh(refreshToken);
            assertThat(answer.status()).as("after %d days", days + 12).isEqualTo(200);
            refreshToken = Secret.of(text(answer, "refreshToken"));
        }
        clock.advance(Duration.ofDays(6));

        assertThat(refresh(refreshToken).status()).isEqualTo(401);
    }

    @Test
    void aLogoutEndsTheTokenItsFamilyAndTheRefreshTokenAtOnce() {
        Sessions.Grant first = sessions.open(ALICE);
        ProxyResponse second = refresh(first.refreshToken());
        assertThat(isIn(first.token().text())).isTrue();
        assertThat(isIn(text(second, "accessToken"))).isTrue();

        ProxyResponse answer = logout(first.token().text());

        assertThat(answer.status()).isEqualTo(204);
        assertThat(AuthCalls.text(answer)).isEmpty();
        assertThat(isIn(first.token().text())).isFalse();
        assertThat(isIn(text(second, "accessToken"))).isFalse();
        assertThat(refresh(Secret.of(text(second, "refreshToken"))).status()).isEqualTo(401);
    }

    @Test
    void aTokenOfNoSessionIsEndedAlone() {
        String one = issuer.issue(TokenRequest.of("alice")).text();
        String other = issuer.issue(TokenRequest.of("alice")).text();
        assertThat(isIn(one)).isTrue();

        logout(one);

        assertThat(isIn(one)).isFalse();
        assertThat(isIn(other)).isTrue();
    }

    @Test
    void aTokenWithoutAnIdentifierIsEndedToo() {
        String token = new Forge(clock).good();
        assertThat(isIn(token)).isTrue();

        logout(token);

        assertThat(isIn(token)).isFalse();
    }

    @Test
    void aKeyHasNoSessionToEnd() {
        ProxyResponse answer = logout("ipx_123456789abc_" + "1".repeat(44));

        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void aDisabledOrRemovedUserIsOut() {
        Sessions.Grant disabled = sessions.open(ALICE);
        Sessions.Grant removed = sessions.open(ALICE);
        assertThat(isIn(disabled.token().text())).isTrue();

        users.put("alice", new User("alice", ALICE.password(), Set.of(), false));
        assertThat(isIn(disabled.token().text())).isFalse();
        assertThat(refresh(disabled.refreshToken()).status()).isEqualTo(401);
        users.remove("alice");
        assertThat(refresh(removed.refreshToken()).status()).isEqualTo(401);
        users.put("alice", ALICE);

        assertThat(refresh(disabled.refreshToken()).status()).isEqualTo(401);
    }

    @Test
    void aRefreshGivesTheRolesThatTheUserHasNow() {
        Sessions.Grant grant = sessions.open(ALICE);
        users.put("alice", new User("alice", ALICE.password(), Set.of("operator"), true));

        String token = text(refresh(grant.refreshToken()), "accessToken");

        Authentication.Accepted accepted =
                (Authentication.Accepted) AuthCalls.now(authenticator.authenticate(AuthCalls.bearing(token)));
        assertThat(accepted.caller().roles()).containsExactly("operator");
    }

    @Test
    void allThatAUserHadIsRevokedAndALoginInTheSameMomentIsGood() {
        Sessions.Grant before = sessions.open(ALICE);
        assertThat(isIn(before.token().text())).isTrue();

        store.revokeUser("alice", clock.now());
        Sessions.Grant after = sessions.open(ALICE);

        assertThat(isIn(before.token().text())).isFalse();
        assertThat(refresh(before.refreshToken()).status()).isEqualTo(401);
        assertThat(isIn(after.token().text())).isTrue();
        assertThat(refresh(after.refreshToken()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"refreshToken\":\"\"}",
                "{\"refreshToken\":1}",
                "{\"refreshToken\":\"x\",\"more\":1}",
                "{\"refreshToken\":\"x\",\"refreshToken\":\"y\"}",
                ""
            })
    void contentThatIsNoRefreshTokenIsMalformedAndNotCharged(String content) {
        ProxyResponse answer = refreshWith(content);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(perAddress.keys()).isEmpty();
    }

    @Test
    void whileTheStoreIsDownNobodyGetsATokenAndNobodyIsCharged() {
        Sessions broken = new Sessions(new BrokenSessions(), userStore, issuer, SessionOptions.DEFAULT, clock);
        RefreshHandler handler =
                new RefreshHandler(broken, perAddress, workers, BufferAccount.boundedBy(1 << 20), audited::add);
        String token = "ipr_" + "1".repeat(22) + "_" + "1".repeat(88);
        CompletionStage<ProxyResponse> answer = handler.handle(call("{\"refreshToken\":\"" + token + "\"}"));
        workers.runAll();

        assertThat(AuthCalls.now(answer).status()).isEqualTo(503);
        assertThat(perAddress.charged("192.0.2.1")).isZero();
    }

    @Test
    void ofManyWhoRefreshAtOnceExactlyOneWinsAndTheFamilyIsRevoked() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 50; round++) {
                Sessions.Grant grant = sessions.open(ALICE);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Sessions.Outcome>> results = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    results.add(threads.submit(() -> {
                        start.await();
                        return sessions.refresh(grant.refreshToken());
                    }));
                }
                start.countDown();
                List<Sessions.Grant> winners = new ArrayList<>();
                for (Future<Sessions.Outcome> result : results) {
                    if (result.get() instanceof Sessions.Outcome.Granted granted) {
                        winners.add(granted.grant());
                    }
                }

                assertThat(winners).hasSize(1);
                assertThat(isIn(winners.get(0).token().text())).isFalse();
                assertThat(sessions.refresh(winners.get(0).refreshToken()))
                        .isInstanceOf(Sessions.Outcome.Refused.class);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ofManyWhoRefreshAndLeaveAtOnceOneWinsAtMostAndNobodyStaysIn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(24);
        try {
            for (int round = 0; round < 50; round++) {
                Sessions.Grant grant = sessions.open(ALICE);
                CountDownLatch start = new CountDownLatch(1);
                List<Callable<Optional<Sessions.Grant>>> attempts = new ArrayList<>();
                for (int i = 0; i < 24; i++) {
                    boolean leaves = i % 8 == 7;
                    attempts.add(() -> {
                        start.await();
                        if (leaves) {
                            sessions.end(TokenMark.of(
                                    UnverifiedToken.parse(grant.token().text()), "inference-proxy"));
                            return Optional.empty();
                        }
                        return sessions.refresh(grant.refreshToken()) instanceof Sessions.Outcome.Granted granted
                                ? Optional.of(granted.grant())
                                : Optional.empty();
                    });
                }
                List<Future<Optional<Sessions.Grant>>> results =
                        attempts.stream().map(threads::submit).toList();
                start.countDown();
                List<Sessions.Grant> winners = new ArrayList<>();
                for (Future<Optional<Sessions.Grant>> result : results) {
                    result.get().ifPresent(winners::add);
                }

                assertThat(winners).hasSizeLessThanOrEqualTo(1);
                assertThat(isIn(grant.token().text())).isFalse();
                for (Sessions.Grant winner : winners) {
                    assertThat(isIn(winner.token().text())).isFalse();
                    assertThat(sessions.refresh(winner.refreshToken())).isInstanceOf(Sessions.Outcome.Refused.class);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void printsNoRefreshToken() {
        Sessions.Grant grant = sessions.open(ALICE);
        String secret = grant.refreshToken().reveal().substring(27);

        assertThat(grant + " " + store.session(grant.refreshToken().reveal().substring(4, 26)))
                .doesNotContain(secret)
                .doesNotContain(grant.token().text());
    }

    private boolean isIn(String token) {
        return AuthCalls.now(authenticator.authenticate(AuthCalls.bearing(token))) instanceof Authentication.Accepted;
    }

    private ProxyResponse refresh(Secret refreshToken) {
        return refreshWith("{\"refreshToken\":\"" + refreshToken.reveal() + "\"}");
    }

    private ProxyResponse refreshWith(String content) {
        CompletionStage<ProxyResponse> answer = refreshing.handle(call(content));
        workers.runAll();
        return AuthCalls.now(answer);
    }

    private static ProxyCall call(String content) {
        Body body = Body.of(content.getBytes(StandardCharsets.UTF_8));
        return AuthCalls.call(
                "POST", "/api/token/refresh", "192.0.2.1", AuthCalls.INLINE, body, "Content-Type", "application/json");
    }

    private ProxyResponse logout(String token) {
        CompletionStage<ProxyResponse> answer = leaving.handle(AuthCalls.bearing(token));
        workers.runAll();
        return AuthCalls.now(answer);
    }

    private static String text(ProxyResponse answer, String member) {
        return AuthCalls.json(answer).path(member).stringValue();
    }

    /** A store that cannot be asked. */
    private static final class BrokenSessions implements SessionStore {

        @Override
        public Revocations revocations() {
            return Revocations.NONE;
        }

        @Override
        public void open(Session session, int perUser) {
            throw down();
        }

        @Override
        public Optional<Session> session(String id) {
            throw down();
        }

        @Override
        public boolean turn(Session seen, Session next) {
            throw down();
        }

        @Override
        public void end(String id, Instant tokensEnd) {
            throw down();
        }

        @Override
        public void revokeToken(String id, Instant expiry) {
            throw down();
        }

        @Override
        public void revokeUser(String name, Instant issued) {
            throw down();
        }

        @Override
        public void revokeAll(Instant issued) {
            throw down();
        }

        private static StoreException down() {
            return new StoreException("down", new IllegalStateException());
        }
    }
}
