package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedKeysTest {

    private static final KeyPair OTHER = KeyFiles.ec("secp256r1");
    private static final List<TokenAlgorithm> BOTH = List.of(TokenAlgorithm.ES256, TokenAlgorithm.RS256);

    private static PublishedKeys parsed(List<TokenAlgorithm> algorithms, String... jwks) {
        String set = "{\"keys\":[" + String.join(",", jwks) + "]}";
        return PublishedKeys.parse(set.getBytes(StandardCharsets.UTF_8), algorithms);
    }

    private static List<String> found(List<TokenAlgorithm> algorithms, String... jwks) {
        return parsed(algorithms, jwks).keys().stream()
                .map(key -> key.key().algorithm() + " " + key.id())
                .toList();
    }

    @Test
    void takesThoseThatFitAnAlgorithmThatIsConfigured() {
        String ec = Jwks.ec("e", KeyFiles.P256);
        String rsa = Jwks.rsa("r", KeyFiles.RSA);

        assertThat(found(BOTH, ec, rsa)).containsExactly("ES256 e", "RS256 r");
        assertThat(found(List.of(TokenAlgorithm.RS256), ec, rsa)).containsExactly("RS256 r");
        assertThat(found(List.of(TokenAlgorithm.RS256, TokenAlgorithm.PS512), rsa))
                .containsExactlyInAnyOrder("RS256 r", "PS512 r");
    }

    @Test
    void bindsAKeyToTheAlgorithmThatItNames() {
        String rsa = Jwks.with(Jwks.rsa("r", KeyFiles.RSA), "\"alg\":\"PS512\"");

        assertThat(found(List.of(TokenAlgorithm.RS256, TokenAlgorithm.PS512), rsa))
                .containsExactly("PS512 r");
        assertThatThrownBy(() -> parsed(List.of(TokenAlgorithm.RS256), rsa))
                .hasMessageContaining("for none of [RS256]");
    }

    @Test
    void leavesOutSecretsBesideAPublicKey() {
        String secret = "{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"" + Forge.part("x".repeat(32)) + "\"}";

        PublishedKeys keys = parsed(BOTH, secret, Jwks.ec("e", KeyFiles.P256));

        assertThat(keys.keys()).hasSize(1);
        assertThat(keys.leftOut())
                .singleElement()
                .asString()
                .startsWith("key \"s\": secret or private")
                .doesNotContain(Forge.part("x".repeat(32)));
    }

    @Test
    void leavesOutAKeyThatIsPublishedWithItsPrivateHalf() {
        String both = new ECKey.Builder(Curve.P_256, (ECPublicKey) OTHER.getPublic())
                .privateKey(OTHER.getPrivate())
                .keyID("p")
                .build()
                .toJSONString();

        assertThat(found(BOTH, both, Jwks.ec("e", KeyFiles.P256))).containsExactly("ES256 e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"use\":\"enc\"",
                "\"key_ops\":[\"encrypt\"]",
                "\"alg\":\"RSA-OAEP\"",
                "\"alg\":\"HS256\"",
                "\"d\":1"
            })
    void leavesOutKeysForOtherUses(String member) {
        String other = Jwks.with(Jwks.ec("o", OTHER), member);

        assertThat(found(BOTH, other, Jwks.ec("e", KeyFiles.P256))).containsExactly("ES256 e");
    }

    @Test
    void leavesOutWeakAndForeignKeys() {
        String weak = Jwks.rsa("w", KeyFiles.rsa(1024));
        String x25519 = "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + Forge.part(new byte[32]) + "\"}";
        String offCurve = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"c\",\"x\":\"" + Forge.part(new byte[32])
                + "\",\"y\":\"" + Forge.part(new byte[32]) + "\"}";

        PublishedKeys keys = parsed(BOTH, weak, x25519, offCurve, "7", "{}", Jwks.ec("e", KeyFiles.P256));

        assertThat(keys.keys()).hasSize(1);
        assertThat(keys.leftOut()).hasSize(5);
    }

    @Test
    void differentKeysUnderOneNameAreNobodys() {
        String twice = Jwks.ec("e", KeyFiles.P256);

        assertThat(found(BOTH, twice, twice)).containsExactly("ES256 e");
        assertThat(found(BOTH, twice, Jwks.ec("e", OTHER), Jwks.rsa("e", KeyFiles.RSA)))
                .containsExactly("RS256 e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<!doctype html>",
                "{",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]}"
            })
    void takesNothingThatIsNoSet(String json) {
        assertThatThrownBy(() -> PublishedKeys.parse(json.getBytes(StandardCharsets.UTF_8), BOTH))
                .isInstanceOf(KeyFetcher.Failure.class);
    }

    @Test
    void takesNoSetOfHundreds() {
        String[] many = Collections.nCopies(101, Jwks.ec("e", KeyFiles.P256)).toArray(new String[0]);

        assertThatThrownBy(() -> parsed(BOTH, many)).hasMessageContaining("at most 100");
    }
}
