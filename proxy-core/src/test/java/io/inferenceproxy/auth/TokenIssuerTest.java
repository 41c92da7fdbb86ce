package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class TokenIssuerTest {

    private final ManualClock clock = new ManualClock();
    private final TokenIssuer issuer = new TokenIssuer(Forge.OPTIONS, SigningKeys.of(Forge.OPTIONS), clock);

    @Test
    void mintsTheHeaderAndTheClaimsOfAnAccessToken() {
        IssuedToken token = issuer.issue(TokenRequest.of("alice"));

        assertThat(part(token, 0))
                .hasToString("{\"alg\":\"HS256\",\"kid\":\""
                        + SigningKeys.of(Forge.OPTIONS).id() + "\",\"typ\":\"at+jwt\"}");
        JsonNode claims = part(token, 1);
        assertThat(claims.propertyNames()).containsExactly("iss", "sub", "aud", "exp", "iat", "nbf", "jti");
        assertThat(claims.path("iss").stringValue()).isEqualTo("inference-proxy");
        assertThat(claims.path("sub").stringValue()).isEqualTo("alice");
        assertThat(claims.path("aud").stringValue()).isEqualTo("inference");
        assertThat(claims.path("iat").longValue()).isEqualTo(clock.epochSecond());
        assertThat(claims.path("nbf").longValue()).isEqualTo(clock.epochSecond());
        assertThat(claims.path("exp").longValue()).isEqualTo(clock.epochSecond() + 3_600);
        assertThat(token.expiry()).isEqualTo(Instant.ofEpochSecond(clock.epochSecond() + 3_600));
        assertThat(token.lifetime()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void addsRolesScopesAndFurtherClaimsWhenThereAreAny() {
        IssuedToken token = issuer.issue(TokenRequest.of("alice")
                .withRoles(List.of("researcher", "admin"))
                .withScopes(List.of("write", "read"))
                .withTtl(Duration.ofMinutes(15))
                .withClaim("tenant", JsonNodeFactory.instance.stringNode("north")));

        JsonNode claims = part(token, 1);
        assertThat(claims.path("roles")).hasToString("[\"admin\",\"researcher\"]");
        assertThat(claims.path("scope").stringValue()).isEqualTo("read write");
        assertThat(claims.path("tenant").stringValue()).isEqualTo("north");
        assertThat(token.lifetime()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void followsTheOptions() {
        AuthOptions options =
                Forge.OPTIONS.withIssuer("lab").withAudience("none").withTokenTtl(Duration.ofMinutes(5));

        JsonNode claims =
                part(new TokenIssuer(options, SigningKeys.of(options), clock).issue(TokenRequest.of("alice")), 1);

        assertThat(claims.path("iss").stringValue()).isEqualTo("lab");
        assertThat(claims.has("aud")).isFalse();
        assertThat(claims.path("exp").longValue()).isEqualTo(clock.epochSecond() + 300);
    }

    @Test
    void neverMintsTheSameTokenTwice() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            tokens.add(issuer.issue(TokenRequest.of("alice")).text());
        }

        assertThat(tokens).hasSize(100);
    }

    @Test
    void refusesATokenThatNoVerifierWouldTake() {
        TokenRequest request =
                TokenRequest.of("alice").withClaim("x", JsonNodeFactory.instance.stringNode("x".repeat(8_000)));

        assertThatThrownBy(() -> issuer.issue(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: at most 8192");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "roles", "scope"})
    void refusesAClaimThatItMakesItself(String claim) {
        assertThatThrownBy(() -> TokenRequest.of("alice").withClaim(claim, JsonNodeFactory.instance.stringNode("x")))
                .hasMessage("claim: " + claim + " (expected: one that the proxy does not set)");
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThatThrownBy(() -> TokenRequest.of("a\nb")).hasMessageStartingWith("subject: no name");
        assertThatThrownBy(() -> TokenRequest.of("alice").withRoles(List.of("")))
                .hasMessageStartingWith("role: no name");
        assertThatThrownBy(() -> TokenRequest.of("alice").withScopes(List.of("a b")))
                .hasMessageStartingWith("scope: \"a b\"");
        assertThatThrownBy(() -> TokenRequest.of("alice").withTtl(Duration.ofMillis(999)))
                .hasMessage("ttl: less than a second (expected: 1s or more)");
    }

    @Test
    void doesNotPrintTheToken() {
        IssuedToken token = issuer.issue(TokenRequest.of("alice"));

        assertThat(token.toString()).doesNotContain(token.text());
    }

    private static JsonNode part(IssuedToken token, int part) {
        return AuthCalls.JSON.readTree(
                Base64.getUrlDecoder().decode(token.text().split("\\.", -1)[part]));
    }
}
