package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.problem.ProblemException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokens of external issuers, from the field to the caller.
 *
 * <p>Over 300 lines because each rule has its refusals.
 */
class ExternalTokensTest {

    private static final KeyPair KEY = KeyFiles.P256;
    private static final KeyPair OTHER = KeyFiles.ec("secp256r1");
    private static final String HEADER = "{\"alg\":\"ES256\",\"kid\":\"a\"}";
    private static final IssuerOptions CORPORATE = IssuerOptions.of("https://id.example")
            .withAlgorithms(List.of(TokenAlgorithm.ES256))
            .withRoles(IssuerRolesOptions.of("realm.groups", Map.of("ml-team", "researcher")));

    private final ManualClock clock = new ManualClock();
    private final Forge forge = new Forge(clock);
    private final HeldWorkers workers = new HeldWorkers(100);
    private final ScriptedFetcher issuer = new ScriptedFetcher();
    private final UserStore users = new UserStore() {
        @Override
        public Optional<User> user(String name) {
            return Optional.empty();
        }

        @Override
        public boolean isDisabled(String name) {
            return name.equals("mallory");
        }
    };
    private final ExternalIssuers issuers =
            ExternalIssuers.fetchedBy(issuer, Map.of("corporate", CORPORATE), Set.of("department"), clock);
    private final JwtAuthenticator authenticator =
            new JwtAuthenticator(forge.verifier(), issuers, 100, users, SessionStore.NONE, workers, clock);

    private void holding(String... jwks) {
        issuers.tick();
        issuer.answer(jwks);
    }

    private String claims(String subject, String more) {
        return "{\"iss\":\"https://id.example\",\"sub\":\"" + subject + "\",\"aud\":\"inference\",\"exp\":"
                + (clock.epochSecond() + 36_000) + more + "}";
    }

    private String good() {
        return Jwks.signed(HEADER, claims("alice", ""), KEY);
    }

    private CompletionStage<Authentication> asked(String token) {
        CompletionStage<Authentication> found = authenticator.authenticate(AuthCalls.bearing(token));
        workers.runAll();
        return found;
    }

    private Authentication found(String token) {
        return AuthCalls.now(asked(token));
    }

    private Caller.Identified caller(String token) {
        return ((Authentication.Accepted) found(token)).caller();
    }

    private static void assertInDoubt(CompletionStage<Authentication> found) {
        assertThatThrownBy(() -> found.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(ProblemException.class, thrown -> {
                    assertThat(thrown.problem().type().status()).isEqualTo(503);
                    assertThat(thrown.problem().headers().first("Retry-After")).isPresent();
                });
    }

    @Test
    void aCallerIsTheIssuersSubject() {
        holding(Jwks.ec("a", KEY));

        Caller.Identified caller = caller(good());

        assertThat(caller.issuer()).isEqualTo("https://id.example");
        assertThat(caller.external()).isTrue();
        assertThat(caller.subject()).isEqualTo("alice");
        assertThat(caller.roles()).isEmpty();
    }

    @Test
    void ourOwnTokensAreTakenBeside() {
        assertThat(caller(forge.good()).external()).isFalse();
    }

    @Test
    void rolesCountOnlyAsMappedAndAdminDoesNotComeByItself() {
        holding(Jwks.ec("a", KEY));
        String more = ",\"roles\":[\"admin\"],\"groups\":[\"admin\"],\"realm\":{\"groups\":[\"ml-team\",\"admin\",7]}";

        assertThat(caller(Jwks.signed(HEADER, claims("alice", more), KEY)).roles())
                .containsExactly("researcher");
    }

    @Test
    void scopesAreReadAsTextAndAsArray() {
        holding(Jwks.ec("a", KEY));

        assertThat(caller(Jwks.signed(HEADER, claims("a", ",\"scope\":\"read write\""), KEY))
                        .scopes())
                .containsExactlyInAnyOrder("read", "write");
        assertThat(caller(Jwks.signed(HEADER, claims("b", ",\"scope\":[\"read\",\"a\\\"b\"]"), KEY))
                        .scopes())
                .containsExactly("read");
    }

    @Test
    void aDisabledUserOfOursIsNotTheIssuersSubjectOfThatName() {
        holding(Jwks.ec("a", KEY));

        assertThat(caller(Jwks.signed(HEADER, claims("mallory", ""), KEY)).subject())
                .isEqualTo("mallory");
        assertThat(found(Jwks.signed(HEADER, claims("mallory", ""), KEY))).isInstanceOf(Authentication.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://id.example/",
                "https://ID.example",
                "https://id.example.evil",
                "http://id.example",
                "https://id.exampl"
            })
    void anIssuerThatIsNotConfiguredIsNotAsked(String other) {
        holding(Jwks.ec("a", KEY));

        Authentication found =
                found(Jwks.signed(HEADER, claims("alice", "").replace("https://id.example", other), KEY));

        assertThat(found).isInstanceOf(Authentication.Refused.class);
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void aTokenOfTheIssuerSignedWithOurSecretOrItsPublicKeyIsRefused() {
        holding(Jwks.ec("a", KEY));
        String header = "{\"alg\":\"HS256\",\"kid\":\"a\"}";

        assertThat(found(Forge.signed(header, claims("alice", "")))).isInstanceOf(Authentication.Refused.class);
        assertThat(found(Forge.signed(
                        header, claims("alice", ""), KEY.getPublic().getEncoded())))
                .isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void aTokenInOurNameSignedWithTheIssuersKeyIsRefused() {
        holding(Jwks.ec("a", KEY));

        assertThat(found(Jwks.signed(HEADER, forge.claims(), KEY))).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void claimsAreHeldToTheIssuersOptions() {
        holding(Jwks.ec("a", KEY));

        assertThat(found(Jwks.signed(HEADER, claims("alice", "").replace("\"inference\"", "\"other\""), KEY)))
                .isEqualTo(new Authentication.Refused("audience: aud is \"other\" (expected: inference)"));
        assertThat(found(Jwks.signed(HEADER, claims("alice", "").replace("\"exp\":", "\"xp\":"), KEY)))
                .isEqualTo(new Authentication.Refused("expiry: exp is missing"));
        assertThat(found(Jwks.signed(HEADER, claims("alice", ""), OTHER)))
                .isEqualTo(new Authentication.Refused("signature: not signed with the issuer's key"));
    }

    @Test
    void aTokenWaitsForTheFirstFetch() {
        issuers.tick();
        CompletionStage<Authentication> found = asked(good());
        assertThat(found.toCompletableFuture()).isNotDone();

        issuer.answer(Jwks.ec("a", KEY));
        workers.runAll();

        assertThat(AuthCalls.now(found)).isInstanceOf(Authentication.Accepted.class);
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void aTokenWaitsForOneFetchAlone() {
        holding(Jwks.ec("a", OTHER));
        CompletionStage<Authentication> found =
                asked(Jwks.signed("{\"alg\":\"ES256\",\"kid\":\"b\"}", claims("x", ""), KEY));
        issuer.answer(Jwks.ec("a", OTHER));
        workers.runAll();

        assertThat(AuthCalls.now(found))
                .isEqualTo(new Authentication.Refused("key: kid is \"b\", and corporate has no such key"));
        assertThat(issuer.fetches()).isEqualTo(2);
    }

    @Test
    void aTokenWithAFreshKeyIsGoodOnceTheKeyIsThereThoughItWasRefusedBefore() {
        holding(Jwks.ec("a", OTHER));
        String fresh = Jwks.signed("{\"alg\":\"ES256\",\"kid\":\"b\"}", claims("x", ""), KEY);
        asked(fresh);
        issuer.answer(Jwks.ec("a", OTHER));
        assertThat(found(fresh)).isInstanceOf(Authentication.Refused.class);

        clock.advance(Duration.ofSeconds(30));
        CompletionStage<Authentication> found = asked(fresh);
        issuer.answer(Jwks.ec("a", OTHER), Jwks.ec("b", KEY));
        workers.runAll();

        assertThat(AuthCalls.now(found)).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void whatCannotBeCheckedIsNeitherLetInNorRefused() {
        issuers.tick();
        CompletionStage<Authentication> waiting = asked(good());
        issuer.fail();

        assertInDoubt(waiting);
        assertInDoubt(asked(good()));
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void aRememberedTokenGoesOnThroughAnOutage() {
        holding(Jwks.ec("a", KEY));
        String token = good();
        found(token);
        clock.advance(Duration.ofMinutes(11));
        issuers.tick();
        issuer.fail();

        assertThat(found(token)).isInstanceOf(Authentication.Accepted.class);
        assertThat(found(Jwks.signed(HEADER, claims("bob", ""), KEY))).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    void aRememberedTokenEndsWithItsKey() {
        holding(Jwks.ec("a", KEY));
        String token = good();
        assertThat(found(token)).isInstanceOf(Authentication.Accepted.class);

        clock.advance(Duration.ofMinutes(11));
        holding(Jwks.ec("a", OTHER));

        assertThat(found(token)).isEqualTo(new Authentication.Refused("signature: not signed with the issuer's key"));
    }

    @Test
    void aRememberedTokenEndsWhenTheKeysAreTooOld() {
        holding(Jwks.ec("a", KEY));
        String token = good();
        found(token);
        clock.advance(Duration.ofHours(4));
        issuers.tick();
        issuer.fail();

        assertInDoubt(asked(token));
    }

    @Test
    void keysAndAddressesInATokenAreNeverLookedAt() {
        holding(Jwks.ec("a", KEY));
        for (String member : List.of(
                "\"jku\":\"https://evil.example/k\"",
                "\"x5u\":\"https://evil.example/k\"",
                "\"jwk\":" + Jwks.ec("a", OTHER),
                "\"x5c\":[\"AA\"]")) {
            String header = "{\"alg\":\"ES256\",\"kid\":\"a\"," + member + "}";

            assertThat(found(Jwks.signed(header, claims("alice", ""), OTHER)))
                    .as(member)
                    .isInstanceOf(Authentication.Refused.class);
        }
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "\"x\"",
                "{\"iss\":{\"a\":1}}",
                "{\"iss\":1e999999999}",
                "{\"iss\":\"https://id.example\",\"iss\":\"https://id.example\"}",
                "{\"iss\":\"https://id.example\"}/* */",
                "\uFEFF{\"iss\":\"https://id.example\"}"
            })
    void aPayloadIsLookedIntoForItsIssuerWithoutHarm(String payload) {
        holding(Jwks.ec("a", KEY));

        assertThat(found(Jwks.signed(HEADER, payload, KEY))).isInstanceOf(Authentication.Refused.class);
        assertThat(issuer.fetches()).isEqualTo(1);
    }

    @Test
    void aPayloadOfThousandsOfLevelsOrDigitsIsRefusedAtOnce() {
        holding(Jwks.ec("a", KEY));
        String deep = "{\"iss\":\"https://id.example\",\"a\":" + "[".repeat(2_500) + "]".repeat(2_500) + "}";
        String digits = "{\"iss\":\"https://id.example\",\"exp\":" + "9".repeat(5_000) + "}";

        assertThat(found(Jwks.signed(HEADER, deep, KEY))).isInstanceOf(Authentication.Refused.class);
        assertThat(found(Jwks.signed(HEADER, digits, KEY))).isInstanceOf(Authentication.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"PBES2-HS512+A256KW\",\"enc\":\"A256GCM\",\"p2c\":2147483647,\"p2s\":\"AA\"}",
                "{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"zip\":\"DEF\"}",
                "{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"epk\":{}}"
            })
    void anEncryptedTokenIsRefusedAtOnce(String header) {
        holding(Jwks.ec("a", KEY));
        String parts = Forge.part(header) + "." + Forge.part(claims("alice", "")) + ".AAAA";

        assertThat(found(parts)).isInstanceOf(Authentication.Refused.class);
        assertThat(found(parts + ".AAAA.AAAA")).isInstanceOf(Authentication.Refused.class);
    }

    @Test
    void aPsychicSignatureIsNone() {
        holding(Jwks.ec("a", KEY));
        String good = good();
        String signed = good.substring(0, good.lastIndexOf('.') + 1);

        assertThat(found(signed + Forge.part(new byte[64]))).isInstanceOf(Authentication.Refused.class);
    }
}
