package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminKeysHandlerTest {

    private static final String BASE = "/api/admin/keys";

    private final ManualClock clock = new ManualClock();
    private final KeysInMemory keys = new KeysInMemory();
    private final SessionsInMemory sessions = new SessionsInMemory(clock);
    private final KeyTokens tokens = new KeyTokens(sessions, Duration.ofHours(1), clock);
    private final AdminKeysHandler handler = new AdminKeysHandler(
            BASE, keys, tokens, Runnable::run, BufferAccount.boundedBy(1 << 20), event -> {}, clock);
    private final ApiKey key = new KeyIssuer(keys, clock)
            .create(KeyRequest.of("nightly").withRoles(Set.of("robot")).withScopes(Set.of("read", "write")))
            .key();

    private ProxyResponse answer(String method, String path, String json) {
        return AuthCalls.now(handler.handle(AuthCalls.change(method, BASE + path, json)));
    }

    @Test
    void aKeyIsLookedUpWithoutAnotherWorker() {
        keys.held = Optional.of(
                CompletableFuture.failedFuture(new StoreException("no worker is free", new IllegalStateException())));

        ProxyResponse answer = answer("GET", "/" + key.id(), "");

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void theStoreIsAskedOnceWhenTheKeysOfAPageWereUsed() {
        new KeyIssuer(keys, clock).create(KeyRequest.of("alice"));
        keys.used(key.id(), clock.now());

        ProxyResponse answer = answer("GET", "", "");

        assertThat(AuthCalls.text(answer)).contains("\"lastUsedAt\":\"" + clock.now() + "\"", "\"lastUsedAt\":null");
        assertThat(keys.usesAsked).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"roles\":[]}",
                "{\"scopes\":[\"read\"]}",
                "{\"routes\":[\"inference\"]}",
                "{\"enabled\":false}",
                "{\"expiresAt\":\"2031-01-01T00:00:00Z\"}"
            })
    void aKeyThatMayLessEndsTheTokensThatWereGotWithIt(String change) {
        ProxyResponse answer = answer("PATCH", "/" + key.id(), change);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(areTokensEnded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"roles\":[\"robot\",\"admin\"]}", "{\"note\":\"nightly\"}", "{\"enabled\":true}"})
    void aKeyThatMayNoLessLeavesThem(String change) {
        ProxyResponse answer = answer("PATCH", "/" + key.id(), change);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(areTokensEnded()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0s, true", "1h, false"})
    void aRotationWithoutGraceEndsTheTokensThatWereGotWithTheOldSecret(String grace, boolean ended) {
        ProxyResponse answer = answer("POST", "/" + key.id() + "/rotate", "{\"grace\":\"" + grace + "\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(areTokensEnded()).isEqualTo(ended);
    }

    @Test
    void aSecondRotationWhileAnOldSecretIsGoodEndsThemTooForThatSecretHasEnded() {
        answer("POST", "/" + key.id() + "/rotate", "{\"grace\":\"1h\"}");
        clock.advance(Duration.ofMinutes(59));
        answer("POST", "/" + key.id() + "/rotate", "{\"grace\":\"1h\"}");

        assertThat(areTokensEnded()).isTrue();
    }

    @Test
    void aSecondRotationWhenTheOldSecretHasEndedLeavesThem() {
        answer("POST", "/" + key.id() + "/rotate", "{\"grace\":\"1h\"}");
        clock.advance(Duration.ofMinutes(60));
        answer("POST", "/" + key.id() + "/rotate", "{\"grace\":\"1h\"}");

        assertThat(areTokensEnded()).isFalse();
    }

    private boolean areTokensEnded() {
        return sessions.revocations().isRevoked(KeyTokens.markOf(key.id()), clock.now());
    }
}
