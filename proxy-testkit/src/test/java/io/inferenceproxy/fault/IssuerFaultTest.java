package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.auth.IssuerOptions;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.testkit.IssuerMood;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.SmallIssuer;
import io.inferenceproxy.units.Allowance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An external issuer that does not do what it should (threats 3.5): whoever cannot be checked is not let in, nor refused. */
class IssuerFaultTest {

    private static final Clock CLOCK = Clock.fixed(ManualTime.create().now(), ZoneOffset.UTC);

    private final SmallIssuer issuer = SmallIssuer.start(CLOCK);

    @RegisterExtension
    final ProxyExtension proxy = ProxyExtension.with(builder -> {
        issuer.become(IssuerMood.DOWN);
        return builder.limits()
                .auth(auth -> auth.withFailureLimit(Allowance.OFF)
                        .withIssuer(
                                "corporate",
                                IssuerOptions.of(issuer.issuer())
                                        .withAlgorithms(List.of(TokenAlgorithm.ES256))
                                        .withKeep(Duration.ofMinutes(20))));
    });

    @AfterEach
    void close() {
        issuer.close();
    }

    private RawResponse me(String token) throws Exception {
        return proxy.client()
                .send(RawRequest.get("/api/me").header("Authorization", "Bearer " + token))
                .readResponse();
    }

    private int statusFor(String token) throws Exception {
        return me(token).status();
    }

    /** A token for longer than the test's time goes. */
    private String lasting(String subject) {
        return issuer.token(subject, claims -> claims.replaceFirst("\"exp\":\\d+", "\"exp\":4102444800"));
    }

    private void awaitKeys(IssuerMood mood) {
        issuer.become(mood);
        await().pollDelay(Duration.ZERO).atMost(Bench.SOON).until(() -> {
            proxy.time().advance(Duration.ofSeconds(1));
            return statusFor(lasting("somebody")) == 200;
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HONEST")
    void itsTokensGet503UntilItGivesItsKeys(IssuerMood mood) throws Exception {
        issuer.become(mood);
        proxy.time().advance(Duration.ofSeconds(1));

        RawResponse refused = me(issuer.token("alice"));

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(refused.text()).contains("\"code\":\"upstream-unavailable\"").doesNotContain("127.0.0.1");
        assertThat(statusFor(proxy.token("alice"))).as("our own go on").isEqualTo(200);
        awaitKeys(IssuerMood.HONEST);
    }

    @Test
    void whileManyWaitForItNobodyElseDoesAndNoneOfThemForLong() throws Exception {
        issuer.become(IssuerMood.SILENT);
        proxy.time().advance(Duration.ofSeconds(1));
        List<RawClient> waiting = new ArrayList<>();
        Instant begun = Instant.now();
        for (int i = 0; i < 20; i++) {
            RawRequest call = RawRequest.get("/api/me").header("Authorization", "Bearer " + issuer.token("alice" + i));
            waiting.add(proxy.client().send(call));
        }

        for (int i = 0; i < 5; i++) {
            assertThat(statusFor(proxy.token("bob" + i))).isEqualTo(200);
        }
        assertThat(Duration.between(begun, Instant.now())).as("our own wait").isLessThan(Duration.ofMillis(1_500));
        for (RawClient client : waiting) {
            assertThat(client.readResponse().status()).isEqualTo(503);
        }
        assertThat(Duration.between(begun, Instant.now())).as("its own wait").isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aFreshKeyIsFoundWithTheFirstTokenThatNamesIt() throws Exception {
        awaitKeys(IssuerMood.HONEST);
        issuer.rotate();

        assertThat(statusFor(issuer.token("alice"))).isEqualTo(200);
    }

    @Test
    void aTokenThatWasRememberedEndsWhenItsKeyIsNoLongerPublished() throws Exception {
        awaitKeys(IssuerMood.HONEST);
        String old = issuer.token("alice");
        assertThat(statusFor(old)).isEqualTo(200);
        issuer.rotate();
        issuer.forgetOldKeys();

        assertThat(statusFor(issuer.token("bob"))).as("has the keys fetched").isEqualTo(200);

        assertThat(statusFor(old)).isEqualTo(401);
    }

    @Test
    void itEndsThoughNobodyElseCallsInTheBackground() throws Exception {
        awaitKeys(IssuerMood.HONEST);
        String old = lasting("alice");
        assertThat(statusFor(old)).isEqualTo(200);
        issuer.rotate();
        issuer.forgetOldKeys();
        proxy.time().advance(Duration.ofMinutes(10));

        await().atMost(Bench.SOON).until(() -> statusFor(old) == 401);
    }

    @Test
    void anOutageIsSurvivedWithTheLastKeysUntilTheyAreTooOld() throws Exception {
        awaitKeys(IssuerMood.HONEST);
        String token = lasting("alice");
        String later = lasting("bob");
        assertThat(statusFor(token)).isEqualTo(200);
        issuer.become(IssuerMood.DOWN);

        proxy.time().advance(Duration.ofMinutes(15));
        assertThat(statusFor(token)).isEqualTo(200);
        assertThat(statusFor(later)).as("not seen before").isEqualTo(200);
        proxy.time().advance(Duration.ofMinutes(10));

        await().atMost(Bench.SOON).until(() -> statusFor(token) == 503);
        assertThat(statusFor(later)).isEqualTo(503);
        awaitKeys(IssuerMood.HONEST);
        assertThat(statusFor(token)).isEqualTo(200);
    }

    @Test
    void aThousandUnknownKeysCauseTwoFetchesAtMost() throws Exception {
        awaitKeys(IssuerMood.HONEST);
        int before = issuer.fetches();

        for (int i = 0; i < 1_000; i++) {
            String header = "{\"alg\":\"ES256\",\"kid\":\"random-" + i + "\"}";
            assertThat(statusFor(issuer.tokenWithHeader(header, "mallory"))).isEqualTo(401);
        }

        assertThat(issuer.fetches() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void thousandsOfKeysAreNotTaken() throws Exception {
        String one = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"x\"}";
        issuer.publish(String.join(",", Collections.nCopies(10_000, one)));
        issuer.become(IssuerMood.HONEST);
        proxy.time().advance(Duration.ofSeconds(1));

        assertThat(statusFor(issuer.token("alice"))).isEqualTo(503);
    }

    @Test
    void secretsAndPrivateKeysAmongTheKeysAreNotUsed() throws Exception {
        issuer.publish("{\"kty\":\"oct\",\"kid\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
        awaitKeys(IssuerMood.HONEST);

        assertThat(statusFor(issuer.tokenWithHeader("{\"alg\":\"ES256\",\"kid\":\"oct\"}", "mallory")))
                .isEqualTo(401);
        assertThat(statusFor(issuer.tokenWithHeader("{\"alg\":\"HS256\",\"kid\":\"oct\"}", "mallory")))
                .isEqualTo(401);
    }
}
