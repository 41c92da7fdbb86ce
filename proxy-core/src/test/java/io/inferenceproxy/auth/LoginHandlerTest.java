package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.RecoverFilter;
import io.inferenceproxy.testing.StepScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The way of a login, from its body to its limits; over 300 lines because they share one stage. */
class LoginHandlerTest {

    @TempDir
    Path directory;

    private static final User ALICE = new User("alice", CountingHasher.hashOf("wonder"), Set.of("researcher"), true);
    private static final Map<String, User> USERS =
            Map.of("alice", ALICE, "bob", new User("bob", CountingHasher.hashOf("builder"), Set.of(), false));

    private final List<AuditEvent> audited = new ArrayList<>();
    private final ManualClock clock = new ManualClock();
    private final CountingHasher hasher = new CountingHasher();
    private final CountingLimit perAddress = new CountingLimit(20);
    private final CountingLimit perUser = new CountingLimit(10);
    private final BufferAccount buffers = BufferAccount.boundedBy(1 << 20);
    private final HeldWorkers workers = new HeldWorkers(100);
    private final RefusalPace pace = new RefusalPace(Duration.ZERO, clock);
    private final LoginHandler handler = handler(name -> Optional.ofNullable(USERS.get(name)), 2, 4);

    @Test
    void whatWasSentIsCountedUntilTheCallEnds() {
        ProxyCall call = login("alice", "wonder");

        answer(call);
        assertThat(buffers.used()).isPositive();
        call.end(CallEnd.COMPLETED);

        assertThat(buffers.used()).isZero();
    }

    @Test
    void isRefusedWhenThereIsNoRoomForWhatWasSent() {
        buffers.reserve(buffers.bound());

        ProxyResponse answer = answer(login("alice", "wonder"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(AuthCalls.field(answer, "Retry-After")).isEqualTo("1");
        assertThat(hasher.compared()).isEmpty();
    }

    @Test
    void givesATokenForTheRightPassword() {
        ProxyResponse answer = answer(login("alice", "wonder"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(AuthCalls.field(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(AuthCalls.field(answer, "Content-Type")).isEqualTo("application/json");
        JsonNode json = AuthCalls.json(answer);
        assertThat(json.propertyNames()).containsExactly("accessToken", "tokenType", "expiresIn", "refreshToken");
        assertThat(json.path("tokenType").stringValue()).isEqualTo("Bearer");
        assertThat(json.path("expiresIn").intValue()).isEqualTo(3_600);
        TokenVerdict verdict =
                new Forge(clock).verifier().verify(json.path("accessToken").stringValue());
        assertThat(verdict).isInstanceOfSatisfying(TokenVerdict.Accepted.class, accepted -> {
            Caller.Identified caller = accepted.caller();
            assertThat(caller.subject()).isEqualTo("alice");
            assertThat(caller.roles()).containsExactly("researcher");
        });
    }

    @Test
    void chargesNothingForALoginThatSucceeds() {
        for (int i = 0; i < 30; i++) {
            assertThat(answer(login("alice", "wonder")).status()).isEqualTo(200);
        }

        assertThat(perAddress.charged("192.0.2.1")).isZero();
        assertThat(perUser.charged("alice")).isZero();
    }

    @Test
    void answersAnUnknownUserADisabledOneAndAWrongPasswordAlike() {
        List<ProxyCall> calls = List.of(
                login("alice", "wrong"), login("mallory", "wrong"), login("bob", "builder"), login("Alice", "wonder"));
        List<String> answers = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (ProxyCall call : calls) {
            answers.add(AuthCalls.whole(answer(call)));
            reasons.add(call.trace().reason());
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer)
                        .isEqualTo(answers.get(0))
                        .startsWith("401\n")
                        .contains("WWW-Authenticate: Bearer realm=\"inference-proxy\"\n")
                        .contains("\"code\":\"invalid-credentials\"")
                        .doesNotContain("alice", "mallory", "wrong\""));
        assertThat(reasons).containsExactly("wrong password", "unknown user", "disabled user", "unknown user");
    }

    @Test
    void doesTheSameWorkForEveryRefusal() {
        answer(login("alice", "wrong"));
        answer(login("mallory", "wrong"));
        answer(login("bob", "builder"));

        assertThat(hasher.compared())
                .containsExactly(
                        CountingHasher.hashOf("wonder"), CountingHasher.UNMATCHABLE, CountingHasher.hashOf("builder"));
    }

    @Test
    void behavesTheSameWithoutAnyUsers() {
        LoginHandler empty = handler(UserStore.NONE, 2, 4);

        ProxyResponse answer = answer(empty, login("alice", "wonder"));

        assertThat(AuthCalls.whole(answer)).isEqualTo(AuthCalls.whole(answer(login("alice", "wrong"))));
        assertThat(hasher.compared()).hasSize(2);
    }

    @Test
    void refusesEvenTheRightPasswordOnceTheUserWasTriedTooOften() {
        for (int i = 0; i < 10; i++) {
            assertThat(answer(login("alice", "wrong")).status()).isEqualTo(401);
        }

        ProxyResponse answer = answer(login("alice", "wonder"));

        assertThat(answer.status()).isEqualTo(429);
        assertThat(AuthCalls.field(answer, "Retry-After")).isEqualTo("42");
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("rate-limited");
        assertThat(hasher.compared()).hasSize(10);
        assertThat(perAddress.charged("192.0.2.1")).isEqualTo(10);
    }

    @Test
    void limitsAnUnknownUserJustAsAKnownOne() {
        for (int i = 0; i < 10; i++) {
            answer(login("mallory", "wrong"));
        }

        assertThat(answer(login("mallory", "wrong")).status()).isEqualTo(429);
    }

    @Test
    void answersALockedUserAndOneWhoIsNotThereAlike() {
        List<String> answers = new ArrayList<>();
        for (String name : List.of("alice", "mallory", "bob")) {
            LoginHandler locking = handler(user -> Optional.ofNullable(USERS.get(user)), 2, 4, LockoutOptions.DEFAULT);
            for (int i = 0; i < 5; i++) {
                assertThat(answer(locking, login(name, "wrong")).status()).isEqualTo(401);
            }

            answers.add(AuthCalls.whole(answer(locking, login(name, "wonder"))));
        }

        assertThat(answers.get(0)).startsWith("429\n").doesNotContain("alice");
        assertThat(answers).containsOnly(answers.get(0));
        assertThat(hasher.compared()).hasSize(15);
    }

    @Test
    void limitsSprayingFromOneAddress() {
        for (int i = 0; i < 20; i++) {
            assertThat(answer(login("user" + i, "password1")).status()).isEqualTo(401);
        }

        assertThat(answer(login("user20", "password1")).status()).isEqualTo(429);
        assertThat(perUser.charged("user20")).isZero();
        assertThat(answer(AuthCalls.loginFrom("198.51.100.7", body("alice", "wonder")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void hashesNoMoreOftenThanTheLimitAllowsHoweverManyComeAtOnce() {
        LoginHandler roomy = handler(name -> Optional.ofNullable(USERS.get(name)), 1, 100);
        List<CompletionStage<ProxyResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(roomy.handle(login("alice", "wrong" + i)));
        }

        workers.runAll();

        assertThat(hasher.compared()).hasSize(10);
        assertThat(answers.stream().map(answer -> AuthCalls.now(answer).status()))
                .containsOnly(401, 429)
                .filteredOn(status -> status == 401)
                .hasSize(10);
    }

    @Test
    void hashesFewAtATimeAndTurnsAwayWhatCannotWait() {
        List<CompletionStage<ProxyResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(handler.handle(AuthCalls.loginFrom("192.0.2." + i, body("user" + i, "wrong"))));
        }
        int onTheWorkers = workers.waiting();
        workers.runAll();

        assertThat(onTheWorkers).isEqualTo(2);
        assertThat(answers.stream().map(answer -> AuthCalls.now(answer).status()))
                .containsExactly(401, 401, 401, 401, 401, 401, 503, 503, 503, 503);
        ProxyResponse turnedAway = AuthCalls.now(answers.get(9));
        assertThat(AuthCalls.field(turnedAway, "Retry-After")).isEqualTo("1");
        assertThat(AuthCalls.json(turnedAway).path("code").stringValue()).isEqualTo("overloaded");
        assertThat(perUser.charged("user9")).isZero();
        assertThat(perAddress.charged("192.0.2.9")).isZero();
        assertThat(perAddress.charged("192.0.2.1")).isEqualTo(1);
    }

    @Test
    void aStrangerWithAWholeNetworkDoesNotTakeTheLastPlace() {
        List<CompletionStage<ProxyResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(handler.handle(AuthCalls.loginFrom("2001:db8:1:" + i + "::1", body("user" + i, "wrong"))));
        }
        CompletionStage<ProxyResponse> owner = handler.handle(login("alice", "wonder"));
        workers.runAll();

        assertThat(AuthCalls.now(owner).status()).isEqualTo(200);
        assertThat(answers.stream().map(answer -> AuthCalls.now(answer).status()))
                .containsExactly(401, 401, 401, 401, 401, 503, 503, 503, 503, 503);
        assertThat(perUser.charged("user5")).isZero();
    }

    @Test
    void isOverloadedWhenTheWorkersHaveNoRoom() {
        FairQueue full = new FairQueue(new HeldWorkers(0), 2, 4);
        LoginHandler busy = new LoginHandler(
                UserStore.NONE,
                hasher,
                sessions(),
                perAddress,
                perUser,
                noLockout(),
                full,
                pace,
                buffers,
                audited::add,
                clock);

        assertThat(AuthCalls.now(busy.handle(login("alice", "wonder"))).status())
                .isEqualTo(503);
        assertThat(AuthCalls.now(busy.handle(login("alice", "wonder"))).status())
                .isEqualTo(503);
        assertThat(AuthCalls.now(busy.handle(login("alice", "wonder"))).status())
                .isEqualTo(503);
    }

    @Test
    void doesNotHashForAClientThatHasLeftButChargesIt() {
        ProxyCall call = login("alice", "wonder");
        CompletionStage<ProxyResponse> answer = handler.handle(call);

        call.cancellation().cancel();
        workers.runAll();

        assertThat(AuthCalls.now(answer).status()).isEqualTo(401);
        assertThat(hasher.compared()).isEmpty();
        assertThat(perUser.charged("alice")).isEqualTo(1);
        assertThat(audited)
                .extracting(event -> event.kind() + " " + event.detail())
                .containsExactly("LOGIN_FAILURES the client left before it was tried");
    }

    @Test
    void givesAFailureOfTheUsersToTheRecoverFilterAndChargesNothing() {
        LoginHandler broken = handler(
                name -> {
                    throw new IllegalStateException("no users today");
                },
                2,
                4);
        CompletionStage<ProxyResponse> answer =
                new RecoverFilter().inFrontOf(broken).handle(login("alice", "wonder"));

        workers.runAll();

        assertThat(AuthCalls.now(answer).status()).isEqualTo(500);
        assertThat(perUser.charged("alice")).isZero();
        assertThat(perAddress.charged("192.0.2.1")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "application/json, text/plain"
            })
    void refusesAnotherMediaType(String type) {
        Body body = Body.of(body("alice", "wonder").getBytes(StandardCharsets.UTF_8));
        ProxyCall call =
                AuthCalls.call("POST", "/api/login", "192.0.2.1", AuthCalls.INLINE, body, "Content-Type", type);

        assertThat(answer(call).status()).isEqualTo(415);
    }

    @Test
    void refusesNoMediaTypeAndCodedContent() {
        Body body = Body.of(body("alice", "wonder").getBytes(StandardCharsets.UTF_8));
        ProxyCall bare = AuthCalls.call("POST", "/api/login", "192.0.2.1", AuthCalls.INLINE, body);
        ProxyCall coded = AuthCalls.call(
                "POST",
                "/api/login",
                "192.0.2.1",
                AuthCalls.INLINE,
                body,
                "Content-Type",
                "application/json; charset=utf-8",
                "Content-Encoding",
                "gzip");

        assertThat(answer(bare).status()).isEqualTo(415);
        assertThat(answer(coded).status()).isEqualTo(415);
    }

    @Test
    void refusesMoreThanFourKilobytes() {
        String most = body("alice", "wonder");
        assertThat(answer(AuthCalls.login(most + " ".repeat(4_096 - most.length())))
                        .status())
                .isEqualTo(200);

        ProxyResponse answer = answer(AuthCalls.login(most + " ".repeat(4_097 - most.length())));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("body-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "\"alice\"",
                "{}",
                "{\"username\":\"alice\"}",
                "{\"password\":\"wonder\"}",
                "{\"username\":[\"alice\"],\"password\":\"wonder\"}",
                "{\"username\":{\"$ne\":\"\"},\"password\":{\"$ne\":\"\"}}",
                "{\"username\":1,\"password\":\"wonder\"}",
                "{\"username\":\"alice\",\"password\":null}",
                "{\"username\":\"alice\",\"password\":\"wonder\",\"__proto__\":{}}",
                "{\"username\":\"alice\",\"password\":\"wonder\",\"roles\":[\"admin\"]}",
                "{\"username\":\"\",\"password\":\"wonder\"}",
                "{\"username\":\"a\\u0000\",\"password\":\"wonder\"}",
                "{\"username\":\"\\ud800\",\"password\":\"wonder\"}",
                "{\"username\":\"alice\",\"password\":\"\"}",
                "{\"username\":\"alice\",\"password\":\"\\ud800\"}"
            })
    void refusesWhatIsNotAUserNameAndAPassword(String body) {
        ProxyCall call = AuthCalls.login(body);

        ProxyResponse answer = answer(call);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(AuthCalls.json(answer).path("code").stringValue()).isEqualTo("malformed-request");
        assertThat(hasher.compared()).isEmpty();
        assertThat(perAddress.keys()).isEmpty();
        assertThat(call.trace().nanosTo(CallTrace.Mark.AUTHENTICATED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"username\":\"alice\",\"username\":\"bob\",\"password\":\"wonder\"}",
                "{\"username\":\"alice\",\"password\":\"wonder\"} x",
                "{\"username\":\"alice\",\"password\":\"wonder\"",
                "{'username':'alice','password':'wonder'}",
                "username=alice&password=wonder"
            })
    void refusesWhatIsNoJson(String body) {
        ProxyResponse answer = answer(AuthCalls.login(body));

        assertThat(answer.status()).isEqualTo(400);
        JsonNode problem = AuthCalls.json(answer);
        assertThat(problem.path("code").stringValue()).isEqualTo("malformed-json");
        assertThat(problem.path("line").intValue()).isEqualTo(1);
        assertThat(problem.path("column").intValue()).isPositive();
        assertThat(problem.path("detail").stringValue())
                .contains("line 1, column ")
                .doesNotContain("alice", "wonder");
    }

    @Test
    void refusesDeepNestingAndManyMembers() {
        StringBuilder many = new StringBuilder("{\"username\":\"alice\",\"password\":\"wonder\"");
        for (int i = 0; i < 400; i++) {
            many.append(",\"a").append(i).append("\":1");
        }

        assertThat(answer(AuthCalls.login(many + "}")).status()).isEqualTo(400);
        assertThat(answer(AuthCalls.login("[".repeat(4_000))).status()).isEqualTo(400);
    }

    @Test
    void saysWhereTheBodyIsNotUtf8() {
        byte[] latin = "{\n\"username\":\"\u00e5sa\",\"password\":\"x\"}".getBytes(StandardCharsets.ISO_8859_1);
        ProxyCall call = AuthCalls.call(
                "POST",
                "/api/login",
                "192.0.2.1",
                AuthCalls.INLINE,
                Body.of(latin),
                "Content-Type",
                "application/json");

        JsonNode problem = AuthCalls.json(answer(call));

        assertThat(problem.path("detail").stringValue()).isEqualTo("The body is not UTF-8: line 2, column 13.");
    }

    @Test
    void takesPasswordsUpTo1024CharactersAndNoLonger() {
        assertThat(answer(login("alice", "p".repeat(1_024))).status()).isEqualTo(401);
        assertThat(answer(login("alice", "p".repeat(1_025))).status()).isEqualTo(400);
        assertThat(hasher.compared()).hasSize(1);
    }

    @Test
    void aLoginThatSucceedsDoesNotWait() {
        StepScheduler io = new StepScheduler();
        LoginHandler paced = paced(io);

        assertThat(answer(paced, login("alice", "wonder")).status()).isEqualTo(200);
    }

    @Test
    void loginsAndThoseThatFailAreAudited() {
        answer(login("alice", "wrong"));
        answer(login("alice", "wonder"));

        assertThat(audited)
                .extracting(event -> event.kind() + " " + event.subject() + " " + event.succeeded())
                .containsExactly("LOGIN_FAILURES alice false", "LOGIN alice true");
        assertThat(audited.toString()).doesNotContain("wonder");
    }

    @Test
    void aLockoutIsAuditedWhateverElseFailsInTheSameMinute() {
        LoginHandler locking = handler(user -> Optional.ofNullable(USERS.get(user)), 2, 4, LockoutOptions.DEFAULT);
        for (int i = 0; i < 100; i++) {
            answer(locking, AuthCalls.loginFrom("198.51.100." + i, body("nobody" + i, "wrong")));
        }
        audited.clear();
        for (int i = 0; i < 5; i++) {
            answer(locking, login("alice", "wrong"));
        }

        assertThat(audited)
                .extracting(event -> event.kind() + " " + event.subject() + " " + event.origin())
                .containsExactly("LOCKOUT alice 192.0.2.1");
    }

    @Test
    void howManyLinesWereLeftOutIsToldAMinuteLaterThoughNobodyFailsAnyMore() {
        for (int i = 0; i < 100; i++) {
            answer(AuthCalls.loginFrom("198.51.100." + i, body("nobody" + i, "wrong")));
        }
        audited.clear();

        handler.tick(workers);
        workers.runAll();
        assertThat(audited).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        handler.tick(workers);
        handler.tick(workers);
        workers.runAll();

        assertThat(audited)
                .extracting(event -> event.kind() + " " + event.detail())
                .containsExactly("LOGIN_FAILURES 70 lines like it were left out before");
    }

    @Test
    void aWrongPasswordIsRefusedAndChargedThoughTheTrailCannotBeWrittenTo() {
        LoginHandler login = unaudited(sessions());

        assertThat(answer(login, login("alice", "wrong")).status()).isEqualTo(401);
        assertThat(perUser.charged("alice")).isEqualTo(1);
        assertThat(perAddress.charged("192.0.2.1")).isEqualTo(1);
    }

    @Test
    void aLoginOfWhichTheTrailCannotBeToldLeavesNoSessionAndIsGivenBackOnce() {
        SessionsInMemory store = new SessionsInMemory(clock);
        LoginHandler login = unaudited(new Sessions(store, UserStore.NONE, issuer(), SessionOptions.DEFAULT, clock));
        answer(login, login("alice", "wrong"));
        CompletionStage<ProxyResponse> answer =
                new RecoverFilter().inFrontOf(login).handle(login("alice", "wonder"));
        workers.runAll();

        assertThat(AuthCalls.now(answer).status()).isEqualTo(500);
        assertThat(perUser.charged("alice")).isEqualTo(1);
        assertNoSessionIn(store);
    }

    @Test
    void aStoreThatIsGoneAfterTheSessionBeganLeavesNone() {
        SessionsInMemory store = new SessionsInMemory(clock);
        UserStore leaving = new UserStore() {
            @Override
            public Optional<User> user(String name) {
                return Optional.of(ALICE);
            }

            @Override
            public Optional<User> userNow(String name) {
                throw new StoreException("down", new IOException("gone"));
            }
        };
        LoginHandler login = new LoginHandler(
                leaving,
                hasher,
                new Sessions(store, UserStore.NONE, issuer(), SessionOptions.DEFAULT, clock),
                perAddress,
                perUser,
                noLockout(),
                new FairQueue(workers, 1, 1),
                pace,
                buffers,
                audited::add,
                clock);

        assertThat(answer(login, login("alice", "wonder")).status()).isEqualTo(503);
        assertThat(perUser.charged("alice")).isZero();
        assertNoSessionIn(store);
    }

    private LoginHandler unaudited(Sessions sessions) {
        ((Logger) LoggerFactory.getLogger(RefusalLines.class)).setLevel(Level.OFF);
        return new LoginHandler(
                name -> Optional.ofNullable(USERS.get(name)),
                hasher,
                sessions,
                perAddress,
                perUser,
                noLockout(),
                new FairQueue(workers, 1, 1),
                pace,
                buffers,
                event -> {
                    throw new UncheckedIOException("audit file: cannot be written to", new IOException("full"));
                },
                clock);
    }

    private static void assertNoSessionIn(SessionsInMemory store) {
        assertThat(store.revocations().sessions().keySet())
                .singleElement()
                .satisfies(session -> assertThat(store.session(session)).isEmpty());
    }

    @Test
    void madeUpNamesFromManyAddressesAreABoundedNumberOfLinesInTheTrail() {
        for (int i = 0; i < 100; i++) {
            answer(AuthCalls.loginFrom("198.51.100." + i, body("nobody" + i, "wrong")));
        }
        clock.advance(Duration.ofMinutes(1));
        answer(login("alice", "wrong"));

        assertThat(audited).hasSize(RefusalLines.MOST + 1);
        assertThat(audited.get(RefusalLines.MOST).detail())
                .isEqualTo("wrong password; 70 lines like it were left out before");
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whoeverWasChangedWhileThePasswordWasHashedGetsNothingThatOutlivesIt(Optional<User> changed) {
        Iterator<Optional<User>> states = List.of(Optional.of(ALICE), changed).iterator();
        SessionsInMemory store = new SessionsInMemory(clock);
        Sessions sessions = new Sessions(store, UserStore.NONE, issuer(), SessionOptions.DEFAULT, clock);
        LoginHandler login = new LoginHandler(
                name -> states.next(),
                hasher,
                sessions,
                perAddress,
                perUser,
                noLockout(),
                new FairQueue(workers, 1, 1),
                pace,
                buffers,
                audited::add,
                clock);

        ProxyResponse answer = answer(login, login("alice", "wonder"));

        assertThat(answer.status()).isEqualTo(401);
        assertNoSessionIn(store);
        assertThat(perUser.charged("alice")).isEqualTo(1);
    }

    static List<Optional<User>> changes() {
        return List.of(
                Optional.empty(),
                Optional.of(ALICE.withPassword(CountingHasher.hashOf("another"))),
                Optional.of(ALICE.withEnabled(false)),
                Optional.of(ALICE.withRoles(Set.of())));
    }

    private LoginHandler handler(UserStore users, int atOnce, int waiting) {
        return handler(users, atOnce, waiting, LockoutOptions.DEFAULT.withAfter(0));
    }

    private LoginHandler handler(UserStore users, int atOnce, int waiting, LockoutOptions lockout) {
        return new LoginHandler(
                users,
                hasher,
                sessions(),
                perAddress,
                perUser,
                new LoginLockout(lockout, clock),
                new FairQueue(workers, atOnce, waiting),
                pace,
                buffers,
                audited::add,
                clock);
    }

    private LoginHandler paced(StepScheduler io) {
        return new LoginHandler(
                user -> Optional.ofNullable(USERS.get(user)),
                hasher,
                sessions(),
                perAddress,
                perUser,
                noLockout(),
                new FairQueue(workers, 1, 1),
                new RefusalPace(Duration.ofMillis(500), io),
                buffers,
                audited::add,
                clock);
    }

    private LoginLockout noLockout() {
        return new LoginLockout(LockoutOptions.DEFAULT.withAfter(0), clock);
    }

    private Sessions sessions() {
        TokenIssuer issuer = issuer();
        return new Sessions(new SessionsInMemory(clock), UserStore.NONE, issuer, SessionOptions.DEFAULT, clock);
    }

    private TokenIssuer issuer() {
        return new TokenIssuer(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), clock);
    }

    private static ProxyCall login(String username, String password) {
        return AuthCalls.login(body(username, password));
    }

    private static String body(String username, String password) {
        return "{\"username\":\"" + username + "\",\"password\":\"" + password + "\"}";
    }

    private ProxyResponse answer(ProxyCall call) {
        return answer(handler, call);
    }

    private ProxyResponse answer(LoginHandler login, ProxyCall call) {
        CompletionStage<ProxyResponse> answer = login.handle(call);
        workers.runAll();
        return AuthCalls.now(answer);
    }

    @Test
    void makesAnOutdatedHashAnewWhenItsPasswordIsAtHand() throws IOException {
        Path file = directory.resolve("users.yaml");
        Files.writeString(
                file,
                "users:\n  alice:\n    password: \"$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\"\n");
        UsersFile users = UsersFile.open(file, workers, clock);
        LoginHandler login = new LoginHandler(
                users,
                new PasswordHashes(PasswordOptions.DEFAULT),
                sessions(),
                perAddress,
                perUser,
                noLockout(),
                new FairQueue(workers, 2, 4),
                pace,
                buffers,
                audited::add,
                clock);

        assertThat(answer(login, login("alice", "wrong horse")).status()).isEqualTo(401);
        String untouched = Files.readString(file);
        assertThat(answer(login, login("alice", "correct horse")).status()).isEqualTo(200);

        assertThat(untouched).contains("$2b$05$");
        assertThat(Files.readString(file)).contains("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(answer(login, login("alice", "correct horse")).status()).isEqualTo(200);
    }
}
