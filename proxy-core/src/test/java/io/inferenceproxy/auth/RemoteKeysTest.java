package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RemoteKeysTest {

    private static final KeyPair OLD = KeyFiles.P256;
    private static final KeyPair NEW = KeyFiles.ec("secp256r1");
    private static final IssuerOptions OPTIONS =
            IssuerOptions.of("https://id.example").withAlgorithms(List.of(TokenAlgorithm.ES256));

    private final ManualClock clock = new ManualClock();
    private final ScriptedFetcher issuer = new ScriptedFetcher();
    private final RemoteKeys keys = new RemoteKeys("corporate", OPTIONS, issuer, clock);

    private void holding(String... jwks) {
        keys.tick();
        issuer.answer(jwks);
    }

    private SigningKey key(String id) throws TokenRefusal {
        return keys.keyOf(token("{\"alg\":\"ES256\",\"kid\":\"" + id + "\"}"));
    }

    private static UnverifiedToken token(String header) throws TokenRefusal {
        return UnverifiedToken.parse(Jwks.signed(header, "{}", OLD));
    }

    @Test
    void fetchesAtOnceAndThenWheneverTheyAreOfTheAgeToRefresh() {
        holding(Jwks.ec("a", OLD));

        clock.advance(Duration.ofMinutes(10).minusNanos(1));
        keys.tick();
        assertThat(issuer.fetches()).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        keys.tick();
        keys.tick();

        assertThat(issuer.fetches()).isEqualTo(2);
    }

    @Test
    void goesOnWithTheKeysItHasWhileOthersAreFetched() throws Exception {
        holding(Jwks.ec("a", OLD));
        SigningKey before = key("a");

        clock.advance(Duration.ofMinutes(11));
        keys.tick();

        assertThat(issuer.isAsked()).isTrue();
        assertThat(key("a")).isSameAs(before);
    }

    @Test
    void keepsAKeyThatIsStillPublishedAndEndsOneThatIsNot() throws Exception {
        holding(Jwks.ec("a", OLD), Jwks.ec("b", NEW));
        SigningKey a = key("a");
        SigningKey b = key("b");

        clock.advance(Duration.ofMinutes(11));
        holding(Jwks.ec("b", NEW));

        assertThat(key("b")).isSameAs(b);
        assertThat(b.life().isOver()).isFalse();
        assertThat(a.life().isOver()).isTrue();
        assertThatThrownBy(() -> key("a")).hasMessage("kid is \"a\", and corporate has no such key");
    }

    @Test
    void endsAKeyWhoseNameAnotherHasNow() throws Exception {
        holding(Jwks.ec("a", OLD));
        SigningKey before = key("a");

        clock.advance(Duration.ofMinutes(11));
        holding(Jwks.ec("a", NEW));

        assertThat(before.life().isOver()).isTrue();
        assertThat(key("a")).isNotSameAs(before);
    }

    @Test
    void keepsTheLastKeysThroughAnOutageButNotForEver() throws Exception {
        holding(Jwks.ec("a", OLD));
        SigningKey a = key("a");
        for (long minute = 0; minute < 239; minute++) {
            clock.advance(Duration.ofMinutes(1));
            keys.tick();
            if (issuer.isAsked()) {
                issuer.fail();
            }
        }
        assertThat(key("a")).isSameAs(a);
        assertThat(keys.isInDoubt()).isTrue();

        clock.advance(Duration.ofMinutes(1));
        keys.tick();

        assertThat(a.life().isOver()).isTrue();
        assertThatThrownBy(() -> key("a")).isInstanceOf(TokenRefusal.class);
    }

    @Test
    void triesAgainSoonAfterAFailureAndLaterAfterMany() {
        keys.tick();
        issuer.fail();
        assertThat(keys.untilNext()).isEqualTo(Duration.ofSeconds(1));

        for (int i = 0; i < 10; i++) {
            clock.advance(keys.untilNext());
            keys.tick();
            issuer.fail();
        }

        assertThat(issuer.fetches()).isEqualTo(11);
        assertThat(keys.untilNext()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void fetchesAreCountedByTheirOutcomeAndTheAgeIsThatOfWhatIsKnown() {
        clock.advance(Duration.ofSeconds(3));
        assertThat(keys.age()).as("nothing ever came").isEqualTo(Duration.ofSeconds(3));
        holding(Jwks.ec("a", OLD));
        assertThat(keys.age()).isZero();
        clock.advance(Duration.ofMinutes(11));
        keys.tick();
        issuer.fail();

        assertThat(keys.fetches(true)).isEqualTo(1);
        assertThat(keys.fetches(false)).isEqualTo(1);
        assertThat(keys.age()).isEqualTo(Duration.ofMinutes(11));
    }

    @Test
    void thousandsOfUnknownKeysCauseOneFetchInAnInterval() {
        holding(Jwks.ec("a", OLD));
        keys.tryAwait();
        issuer.answer(Jwks.ec("a", OLD));

        for (int i = 0; i < 1_000; i++) {
            clock.advance(Duration.ofMillis(29));
            assertThat(keys.tryAwait()).isEmpty();
        }
        clock.advance(Duration.ofSeconds(1));
        keys.tryAwait();

        assertThat(issuer.fetches()).isEqualTo(3);
    }

    @Test
    void anOutageIsNotMadeWorseByTokens() {
        keys.tick();
        issuer.fail();

        assertThat(keys.tryAwait()).isEmpty();
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void manyWaitForTheSameFetchAndNoMoreThanMay() {
        keys.tick();

        for (int i = 0; i < RemoteKeys.MOST_WAITING; i++) {
            assertThat(keys.tryAwait()).isPresent();
        }

        assertThat(keys.tryAwait()).isEmpty();
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void thoseThatWaitGoOnWhenTheFetchHasFailed() {
        keys.tick();
        CompletionStage<Void> fetch = keys.tryAwait().orElseThrow();

        issuer.fail();

        assertThat(fetch.toCompletableFuture()).isCompleted();
        assertThat(keys.isInDoubt()).isTrue();
    }

    @Test
    void anAnswerThatIsNoSetChangesNothing() throws Exception {
        holding(Jwks.ec("a", OLD));
        SigningKey a = key("a");
        clock.advance(Duration.ofMinutes(11));
        keys.tick();

        issuer.answerWith("{\"keys\":[]}");

        assertThat(key("a")).isSameAs(a);
        assertThat(keys.isInDoubt()).isTrue();
    }

    @Test
    void aTokenWithoutANameFindsTheOnlyKeyAndNoneOfSeveral() throws Exception {
        holding(Jwks.ec("a", OLD));
        assertThat(keys.keyOf(token("{\"alg\":\"ES256\"}")).id()).isEqualTo("a");

        clock.advance(Duration.ofMinutes(11));
        holding(Jwks.ec("a", OLD), Jwks.ec("b", NEW));

        assertThatThrownBy(() -> keys.keyOf(token("{\"alg\":\"ES256\"}")))
                .hasMessage("kid is missing, and corporate has several keys");
    }

    @Test
    void takesTheAlgorithmFromTheConfigurationAndTheKey() {
        holding(Jwks.ec("a", OLD));

        for (String alg : List.of("HS256", "none", "RS256", "es256", "")) {
            assertThatThrownBy(() -> keys.keyOf(token("{\"alg\":\"" + alg + "\",\"kid\":\"a\"}")))
                    .as(alg)
                    .isInstanceOfSatisfying(
                            TokenRefusal.class,
                            refusal -> assertThat(refusal.check()).isEqualTo(TokenCheck.ALGORITHM));
        }
    }
}
