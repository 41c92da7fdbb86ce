package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerOptionsTest {

    private static final IssuerOptions OPTIONS = IssuerOptions.of("https://id.example");

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(OPTIONS.issuer()).isEqualTo("https://id.example");
        assertThat(OPTIONS.jwksUrl()).isEmpty();
        assertThat(OPTIONS.audience()).isEqualTo("inference");
        assertThat(OPTIONS.algorithms()).containsExactly(TokenAlgorithm.RS256);
        assertThat(OPTIONS.roles()).isEqualTo(IssuerRolesOptions.of("", Map.of()));
        assertThat(OPTIONS.scopeClaim()).isEqualTo("scope");
        assertThat(OPTIONS.refresh()).isEqualTo(Duration.ofMinutes(10));
        assertThat(OPTIONS.retry()).isEqualTo(Duration.ofSeconds(30));
        assertThat(OPTIONS.keep()).isEqualTo(Duration.ofHours(4));
        assertThat(OPTIONS.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(OPTIONS.ca()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://id.example/keys",
                "ftp://id.example/keys",
                "file:/etc/passwd",
                "//id.example/keys",
                "https:///keys",
                "https://user@id.example/keys",
                "https://id.example/keys#x",
                "http://127.0.0.1.id.example/keys",
                "http://0.0.0.0/keys"
            })
    void fetchesKeysByHttpsAlone(String url) {
        assertThatThrownBy(() -> OPTIONS.withJwksUrl(URI.create(url)))
                .hasMessageStartingWith("jwks-url: not usable (expected: an https URL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://id.example/k?x=1", "http://127.0.0.1:1/k", "http://localhost:9/k", "http://[::1]:1/k"})
    void fetchesKeysByHttpsAndFromThisMachine(String url) {
        assertThat(OPTIONS.withJwksUrl(URI.create(url)).jwksUrl()).contains(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"corporate", "http://id.example", "https://id.example?x", "https://a b", "urn:x"})
    void needsAnAddressForKeysThatCannotBeDiscovered(String issuer) {
        assertThatThrownBy(() -> IssuerOptions.of(issuer))
                .hasMessageStartingWith("issuer: no https URL, so its keys cannot be discovered");
    }

    @Test
    void discoversBehindTheIssuersOwnPath() {
        assertThat(IssuerUrls.discoveryOf("https://id.example/realms/lab"))
                .hasToString("https://id.example/realms/lab/.well-known/openid-configuration");
        assertThat(IssuerUrls.discoveryOf("https://id.example/"))
                .hasToString("https://id.example/.well-known/openid-configuration");
    }

    @Test
    void isNotLedIntoPrivateNetworks() {
        URI public443 = URI.create("https://192.0.2.1/x");
        for (String url : List.of(
                "https://10.1.2.3/k",
                "https://127.0.0.1/k",
                "https://169.254.169.254/k",
                "https://[fd00::1]/k",
                "https://100.64.0.1/k",
                "http://198.51.100.7/k",
                "http://192.0.2.1/k",
                "file:/k")) {
            assertThat(IssuerUrls.mayLeadTo(URI.create(url), public443)).as(url).isFalse();
        }
        assertThat(IssuerUrls.mayLeadTo(URI.create("https://198.51.100.7/k"), public443))
                .isTrue();
        assertThat(IssuerUrls.mayLeadTo(URI.create("https://10.1.2.3/k"), URI.create("https://10.1.2.3/x")))
                .isTrue();
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> OPTIONS.withAlgorithms(List.of(TokenAlgorithm.RS256, TokenAlgorithm.HS256)))
                .hasMessageStartingWith("algorithms: [RS256, HS256] (expected: at least one, with public keys");
        assertThatThrownBy(() -> OPTIONS.withAlgorithms(List.of())).hasMessageStartingWith("algorithms: []");
        assertThatThrownBy(() -> OPTIONS.withAudience("")).hasMessageStartingWith("audience: empty");
        assertThatThrownBy(() -> OPTIONS.withKeep(Duration.ofMinutes(1))).hasMessageStartingWith("keep: shorter");
        assertThatThrownBy(() -> OPTIONS.withRetry(Duration.ZERO)).hasMessageStartingWith("retry: 0s");
        assertThatThrownBy(() -> IssuerRolesOptions.of("", Map.of("a", "b"))).hasMessageStartingWith("claim: none");
        assertThatThrownBy(() -> IssuerRolesOptions.of("groups", Map.of("a", "")))
                .hasMessageStartingWith("map: \"a\"");
    }
}
