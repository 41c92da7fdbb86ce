package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.IssuerOptions;
import io.inferenceproxy.auth.IssuerRolesOptions;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.testkit.SmallIssuer;
import io.inferenceproxy.units.Allowance;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of two real issuers beside our own, on the real proxy: one found by discovery, one by the address of its keys. */
class ExternalIssuerTest {

    /** When the time of the proxy begins. */
    private static final Clock CLOCK = Clock.fixed(ManualTime.create().now(), ZoneOffset.UTC);

    private static final SmallIssuer corporate = SmallIssuer.start(CLOCK);
    private static final SmallIssuer campus = SmallIssuer.start(CLOCK, "RS256", 0);

    @RegisterExtension
    static final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits("2 per hour")
            .auth(auth -> auth.withFailureLimit(Allowance.OFF)
                    .withIssuer(
                            "corporate",
                            IssuerOptions.of(corporate.issuer())
                                    .withAlgorithms(List.of(TokenAlgorithm.ES256))
                                    .withRoles(IssuerRolesOptions.of("groups", Map.of("ml-team", "keeper"))))
                    .withIssuer("campus", IssuerOptions.of(campus.issuer()).withJwksUrl(campus.jwksUrl())))
            .route(
                    "vault",
                    RouteOptions.of(RouteMatch.parse("GET /vault/**"))
                            .withRoles(List.of("keeper"))
                            .withLimits()
                            .withTo("/vault")));

    @AfterAll
    static void closeThem() {
        corporate.close();
        campus.close();
    }

    private static RawResponse answer(String path, String token) throws Exception {
        return proxy.client()
                .send(RawRequest.get(path).header("Authorization", "Bearer " + token))
                .readResponse();
    }

    @Test
    void tellsTheUpstreamWhoCallsAndWhoVouchesForThem() throws Exception {
        RawRequest call = RawRequest.post(Wire.INFERENCE)
                .header("Authorization", "Bearer " + corporate.token("told"))
                .header("X-Forwarded-User", "admin")
                .header("X-Forwarded-Issuer", "https://evil.example")
                .json("{}");

        assertThat(proxy.client().send(call).readResponse().status()).isEqualTo(200);
        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.headers().all("X-Forwarded-User")).containsExactly("told");
        assertThat(received.headers().all("X-Forwarded-Issuer")).containsExactly(corporate.issuer());
        assertThat(received.headers().all("Authorization")).isEmpty();
    }

    @Test
    void theSameSubjectOfThreeIssuersIsThreeCallers() throws Exception {
        for (String token : List.of(corporate.token("eve"), campus.token("eve"), proxy.token("eve"))) {
            RawRequest call = RawRequest.post(Wire.INFERENCE)
                    .header("Authorization", "Bearer " + token)
                    .json("{}");

            assertThat(proxy.client().send(call).readResponse().status()).isEqualTo(200);
            assertThat(proxy.client().send(call).readResponse().status()).isEqualTo(200);
            assertThat(proxy.client().send(call).readResponse().status()).isEqualTo(429);
        }
        assertThat(answer("/api/me", campus.token("eve")).text()).contains("\"issuer\":\"" + campus.issuer() + "\"");
    }

    @Test
    void onlyMappedRolesOpenARoute() throws Exception {
        UnaryOperator<String> mapped = claims -> claims.replace("}", ",\"groups\":[\"ml-team\"]}");
        UnaryOperator<String> own = claims -> claims.replace("}", ",\"roles\":[\"keeper\"],\"groups\":[\"keeper\"]}");

        assertThat(answer("/vault/gold", corporate.token("a", mapped)).status()).isEqualTo(200);
        assertThat(answer("/vault/gold", corporate.token("b", own)).status()).isEqualTo(403);
        assertThat(answer("/vault/gold", campus.token("c", mapped)).status()).isEqualTo(403);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "\"aud\":\"other\"",
                "\"aud\":[\"other\"]",
                "\"aud\":\"inference/\"",
                "\"aud\":\"inferenc\"",
                "\"aud\":null",
                "\"exp\":1",
                "\"exp\":null",
                "\"exp\":\"4102444800\"",
                "\"exp\":1e400",
                "\"nbf\":4102444800",
                "\"iat\":4102444800",
                "\"sub\":7",
                "\"sub\":\"\"",
                "\"sub\":\"a\\u0000b\"",
                "\"iss\":\"http://127.0.0.1\"",
                "\"iss\":7"
            })
    void claimsThatAreNotAsTheyMustBeAreRefused(String member) throws Exception {
        String name = member.substring(0, member.indexOf(':'));
        String token = corporate.token(
                "alice",
                claims -> claims.replaceFirst(name + ":(\"[^\"]*\"|\\d+),?", "")
                        .replaceFirst(",?}$", "," + member.replace("\\", "\\\\") + "}"));

        assertRefused(answer("/api/me", token));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"alg\":\"none\",\"kid\":\"KID\"}",
                "{\"alg\":\"ES384\",\"kid\":\"KID\"}",
                "{\"alg\":\"RS256\",\"kid\":\"KID\"}",
                "{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}",
                "{\"alg\":\"ES256\",\"kid\":\"' OR 1=1 --\"}",
                "{\"alg\":\"ES256\",\"kid\":\"${jndi:ldap://127.0.0.1:1/x}\"}",
                "{\"alg\":\"ES256\",\"kid\":{}}",
                "{\"alg\":\"ES256\",\"kid\":\"KID\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"ES256\",\"kid\":\"KID\",\"jku\":\"ISSUER/keys\"}",
                "{\"alg\":\"ES256\",\"kid\":\"KID\",\"x5u\":\"ISSUER/keys\"}",
                "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"dpop+jwt\"}",
                "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"kid\":\"KID\"}"
            })
    void headersThatAskForSomethingElseAreRefused(String header) throws Exception {
        String filled = header.replace("KID", corporate.keyId()).replace("ISSUER", corporate.issuer());

        assertRefused(answer("/api/me", corporate.tokenWithHeader(filled, "alice")));
    }

    @Test
    void aServerThatATokenNamesIsNotVisited() throws Exception {
        try (ScriptedUpstream canary = ScriptedUpstream.start()) {
            String there = "http://127.0.0.1:" + canary.port();
            String kid = "{\"alg\":\"ES256\",\"kid\":\"" + corporate.keyId() + "\"";
            List<String> tokens = List.of(
                    corporate.tokenWithHeader(kid + ",\"jku\":\"" + there + "/keys\"}", "alice"),
                    corporate.tokenWithHeader(kid + ",\"x5u\":\"" + there + "/chain\"}", "alice"),
                    corporate.tokenWithHeader("{\"alg\":\"ES256\",\"kid\":\"" + there + "/keys\"}", "alice"),
                    corporate.token("alice", claims -> claims.replace(corporate.issuer(), there)),
                    corporate.token("alice", claims -> claims.replace(corporate.issuer(), "http://a@" + there)));
            for (String token : tokens) {
                assertRefused(answer("/api/me", token));
            }

            assertThat(canary.openedConnections()).isZero();
        }
    }

    @Test
    void aTokenKeyedWithThePublicKeyIsRefused() throws Exception {
        String good = corporate.token("alice");
        String header = encoded("{\"alg\":\"HS256\",\"kid\":\"" + corporate.keyId() + "\"}");
        String signed = header + "." + good.split("\\.", -1)[1];
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(corporate.publicKey(), "HmacSHA256"));
        byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));

        assertRefused(answer(
                "/api/me",
                signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature)));
    }

    @Test
    void oneIssuersKeySignsForItAlone() throws Exception {
        String lie = corporate.token("alice", claims -> claims.replace(corporate.issuer(), campus.issuer()));
        String asUs = corporate.token("alice", claims -> claims.replace(corporate.issuer(), "inference-proxy"));

        assertRefused(answer("/api/me", lie));
        assertRefused(answer("/api/me", asUs));
    }

    @Test
    void refusedTokensOfAllIssuersLookAlike() throws Exception {
        Set<String> answers = new HashSet<>();
        for (String token : List.of(
                corporate.token("alice", claims -> claims.replace("inference", "x")),
                campus.token("alice", claims -> claims.replace("inference", "x")),
                corporate.token("alice", claims -> claims.replace("http", "https")),
                corporate.tokenWithHeader("{\"alg\":\"ES256\",\"kid\":\"x\"}", "alice"),
                "a.b.c")) {
            RawResponse response = proxy.client()
                    .send(RawRequest.get("/api/me")
                            .header("Authorization", "Bearer " + token)
                            .header("X-Request-Id", "same"))
                    .readResponse();
            answers.add(response.raw().latin1());
        }

        assertThat(answers).hasSize(1);
    }

    private static void assertRefused(RawResponse response) {
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate"))
                .contains("Bearer realm=\"inference-proxy\", error=\"invalid_token\"");
        Wire.assertProblem(response);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
