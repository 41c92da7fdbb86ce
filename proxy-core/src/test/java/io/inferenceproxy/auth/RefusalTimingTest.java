package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

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
