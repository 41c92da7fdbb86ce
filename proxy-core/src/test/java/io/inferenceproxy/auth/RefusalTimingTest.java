package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** How long refusals take must not tell what was wrong: medians of each kind within 5 %, or a little time, whichever is more. */
class RefusalTimingTest {

    private static final PasswordOptions CHEAP = PasswordOptions.DEFAULT
            .withMemory(DataSize.ofMegabytes(8))
            .withPasses(1)
            .withRefuseAfter(Duration.ZERO);

    private final ManualClock clock = new ManualClock();

    @Test
    void ofLogins() {
        Secret hash = new PasswordHashes(CHEAP).hash(Secret.of("correct horse"));
        Map<String, User> users = Map.of(
                "alice", new User("alice", hash, Set.of(), true), "dora", new User("dora", hash, Set.of(), false));
        UserStore store = name -> Optional.ofNullable(users.get(name));
        TokenIssuer issuer = new TokenIssuer(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), clock);
        LoginHandler login = new LoginHandler(
                store,
                CHEAP,
                new Sessions(new SessionsInMemory(clock), store, issuer, SessionOptions.DEFAULT, clock),
                FailureLimit.NONE,
                FailureLimit.NONE,
                new LoginLockout(LockoutOptions.DEFAULT.withAfter(0), clock),
                Runnable::run,
                BufferAccount.boundedBy(1 << 20),
                Auditor.NONE,
                clock);

        Map<String, Runnable> kinds = new LinkedHashMap<>();
        kinds.put("unknown user", () -> refused(login, "nobody", "wrong horse"));
        kinds.put("wrong password", () -> refused(login, "alice", "wrong horse"));
        kinds.put("disabled user, wrong password", () -> refused(login, "dora", "wrong horse"));
        kinds.put("disabled user, right password", () -> refused(login, "dora", "correct horse"));

        assertAlike(kinds, 30, Duration.ofMillis(5));
    }

    /** By the clock: whatever the hash takes, and whenever in a step its turn comes. */
    @ParameterizedTest
    @CsvSource({"0, 500", "5, 505", "60, 1000", "400, 1000", "495, 1000", "504, 1004", "600, 1500"})
    void ofLoginsAfterATimeInTheQueue(long queuedMillis, long answerMillis) {
        for (String name : PacedLogins.NAMES) {
            PacedLogins logins = new PacedLogins();
            CompletionStage<ProxyResponse> answer = logins.attempt("192.0.2.1", name);
            logins.io.advance(Duration.ofMillis(queuedMillis));
            logins.workers.runAll();

            assertThat(logins.millisUntilAnswered(answer)).as(name).isEqualTo(answerMillis);
        }
    }

    /** The time in the queue is nothing that raising a setting would help against, so it is no reason to warn. */
    @Test
    void onlyAHashThatTakesLongerThanAStepIsWarnedOf() {
        Logger logger = (Logger) LoggerFactory.getLogger(RefusalPace.class);
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        warnings.start();
        logger.addAppender(warnings);
        StepScheduler clock = new StepScheduler();
        RefusalPace pace = new RefusalPace(Duration.ofMillis(500), clock);
        try {
            long came = pace.now();
            clock.advance(Duration.ofSeconds(2));
            long begun = pace.now();
            clock.advance(Duration.ofMillis(499));
            pace.compared(begun);
            assertThat(pace.left(came, begun)).isEqualTo(Duration.ofMillis(1));
            assertThat(warnings.list).isEmpty();

            clock.advance(Duration.ofMillis(2));
            pace.compared(begun);
            pace.compared(begun);
            assertThat(pace.left(came, begun)).isEqualTo(Duration.ofMillis(499));
            assertThat(warnings.list)
                    .singleElement()
                    .satisfies(
                            warning -> assertThat(warning.getFormattedMessage()).contains("501 ms"));
        } finally {
            logger.detachAppender(warnings);
        }
    }

    /** Who comes behind an attempt of the same network does not learn what that one's hash took. */
    @Test
    void ofLoginsBehindOthers() {
        for (String first : PacedLogins.NAMES) {
            PacedLogins logins = new PacedLogins();
            CompletionStage<ProxyResponse> before = logins.attempt("2001:db8:1:1::1", first);
            CompletionStage<ProxyResponse> behind = logins.attempt("2001:db8:1:2::1", "nobody");

            assertThat(logins.millisUntilAnswered(before)).as(first).isEqualTo(500);
            assertThat(logins.millisUntilAnswered(behind)).as(first).isEqualTo(1_000);
        }
    }

    /** A name that has to wait is refused at once, and no hash is made for it. */
    @Test
    void ofLockedNames() {
        for (String name : PacedLogins.NAMES) {
            PacedLogins logins = new PacedLogins();
            for (int i = 0; i < 5; i++) {
                logins.millisUntilAnswered(logins.attempt("192.0.2." + i % 2, name));
            }
            long before = logins.millis();
            CompletionStage<ProxyResponse> answer = logins.attempt("192.0.2.0", name);

            assertThat(AuthCalls.now(answer).status()).as(name).isEqualTo(429);
            assertThat(logins.millis()).as(name).isEqualTo(before);
        }
    }

    /** Logins over a clock that passes when a hash is compared with, as long as such a hash takes, or when the test says so. */
    private static final class PacedLogins implements PasswordHasher {

        private static final List<String> NAMES = List.of("nobody", "ours", "dora", "bcrypt", "pbkdf2");
        private static final Secret OURS = Secret.of("$argon2id$");

        private final StepScheduler io = new StepScheduler();
        private final HeldWorkers workers = new HeldWorkers(100);
        private final LoginHandler login;

        private PacedLogins() {
            Map<String, User> users = Map.of(
                    "ours", new User("ours", OURS, Set.of(), true),
                    "dora", new User("dora", OURS, Set.of(), false),
                    "bcrypt", new User("bcrypt", Secret.of("$2b$12$"), Set.of(), true),
                    "pbkdf2", new User("pbkdf2", Secret.of("pbkdf2_sha256$"), Set.of(), true));
            UserStore store = name -> Optional.ofNullable(users.get(name));
            TokenIssuer issuer = new TokenIssuer(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), io);
            login = new LoginHandler(
                    store,
                    this,
                    new Sessions(new SessionsInMemory(io), store, issuer, SessionOptions.DEFAULT, io),
                    FailureLimit.NONE,
                    FailureLimit.NONE,
                    new LoginLockout(LockoutOptions.DEFAULT, io),
                    new FairQueue(workers, 1, 32),
                    new RefusalPace(Duration.ofMillis(500), io),
                    BufferAccount.boundedBy(1 << 20),
                    Auditor.NONE,
                    io);
        }

        private CompletionStage<ProxyResponse> attempt(String address, String name) {
            byte[] content =
                    ("{\"username\":\"" + name + "\",\"password\":\"wrong\"}").getBytes(StandardCharsets.UTF_8);
            return login.handle(AuthCalls.call(
                    "POST", "/api/login", address, io, Body.of(content), "Content-Type", "application/json"));
        }

        private long millis() {
            return io.nanoTime() / 1_000_000 - 1_000;
        }

        private long millisUntilAnswered(CompletionStage<ProxyResponse> answer) {
            workers.runAll();
            while (!answer.toCompletableFuture().isDone()) {
                io.advance(Duration.ofMillis(1));
            }
            assertThat(AuthCalls.now(answer).status()).isEqualTo(401);
            return millis();
        }

        @Override
        public boolean matches(Secret password, Secret hash) {
            String form = hash.reveal();
            io.advance(Duration.ofMillis(form.startsWith("$2b$") ? 250 : form.startsWith("pbkdf2") ? 110 : 40));
            return false;
        }

        @Override
        public Secret hash(Secret password) {
            return OURS;
        }

        @Override
        public Secret unmatchable() {
            return OURS;
        }
    }

    @Test
    void ofKeys() {
        KeysInMemory keys = new KeysInMemory();
        KeyIssuer issuer = new KeyIssuer(keys, clock);
        IssuedKey good = issuer.create(KeyRequest.of("alice"));
        IssuedKey disabled = issuer.create(KeyRequest.of("alice"));
        keys.replace(disabled.key(), disabled.key().withEnabled(false));
        ApiKeyAuthenticator authenticator = new ApiKeyAuthenticator(
                keys,
                Forge.OPTIONS,
                UserStore.NONE,
                clock,
                call -> CompletableFuture.completedFuture(new Authentication.Missing()));
        String text = good.text().reveal();

        Map<String, Runnable> kinds = new LinkedHashMap<>();
        kinds.put(
                "unknown", () -> refused(authenticator, text.replace(good.key().id(), "123456789abc")));
        kinds.put("wrong at the end", () -> refused(authenticator, wrongAt(text.length() - 1, text)));
        kinds.put("wrong at the start", () -> refused(authenticator, wrongAt(17, text)));
        kinds.put("disabled", () -> refused(authenticator, disabled.text().reveal()));

        assertAlike(kinds, 20_000, Duration.ofNanos(20_000));
    }

    private static String wrongAt(int place, String key) {
        char other = key.charAt(place) == '1' ? '2' : '1';
        return key.substring(0, place) + other + key.substring(place + 1);
    }

    private static void refused(LoginHandler login, String name, String password) {
        ProxyCall call = AuthCalls.login("{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
        assertThat(AuthCalls.now(login.handle(call)).status()).isEqualTo(401);
    }

    private static void refused(Authenticator authenticator, String key) {
        assertThat(AuthCalls.now(authenticator.authenticate(AuthCalls.bearing(key))))
                .isInstanceOf(Authentication.Refused.class);
    }

    /** The kinds take turns, so that a busy machine is slow for all of them. */
    private static void assertAlike(Map<String, Runnable> kinds, int times, Duration little) {
        Map<String, List<Long>> nanos = new LinkedHashMap<>();
        for (int i = 0; i < times; i++) {
            kinds.forEach((kind, refusal) -> {
                long start = System.nanoTime();
                refusal.run();
                nanos.computeIfAbsent(kind, same -> new ArrayList<>()).add(System.nanoTime() - start);
            });
        }
        List<Long> medians =
                nanos.values().stream().map(RefusalTimingTest::median).toList();
        long least = Collections.min(medians);
        long allowed = Math.max(least / 20, little.toNanos());
        assertThat(Collections.max(medians))
                .as("%s: %s", nanos.keySet(), medians)
                .isLessThanOrEqualTo(least + allowed);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
