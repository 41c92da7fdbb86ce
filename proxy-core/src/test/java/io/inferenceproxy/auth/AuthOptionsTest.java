package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Allowance;
import io.inferenceproxy.units.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuthOptionsTest {

    private static final LockoutOptions LOCKOUT = LockoutOptions.DEFAULT
            .withAfter(3)
            .withMaxDelay(Duration.ofMinutes(2))
            .withDelay(Duration.ofMinutes(1));

    @Test
    void hasTheDefaultsThatAreDocumented() {
        AuthOptions options = AuthOptions.DEFAULT;

        assertThat(options.secret().isEmpty()).isTrue();
        assertThat(options.keyFile()).isEmpty();
        assertThat(options.algorithms()).containsExactly(TokenAlgorithm.HS256);
        assertThat(options.issuer()).isEqualTo("inference-proxy");
        assertThat(options.audience()).isEqualTo("inference");
        assertThat(options.tokenTtl()).isEqualTo(Duration.ofHours(1));
        assertThat(options.usersFile()).isEmpty();
        assertThat(options.keysFile()).isEmpty();
        assertThat(options.failureLimit()).hasToString("20 per minute");
        assertThat(options.loginLimit().perAddress()).hasToString("20 per minute");
        assertThat(options.loginLimit().perUser()).hasToString("10 per minute");
        assertThat(options.loginLimit().lockout())
                .isEqualTo(new LockoutOptions(5, Duration.ofSeconds(1), Duration.ofMinutes(15)));
        assertThat(options.sessions().file()).isEmpty();
        assertThat(options.sessions().refreshTtl()).isEqualTo(Duration.ofDays(14));
        assertThat(options.sessions().maxAge()).isEqualTo(Duration.ofDays(90));
        assertThat(options.sessions().perUser()).isEqualTo(20);
        assertThat(options.passwords())
                .isEqualTo(new PasswordOptions(DataSize.ofMegabytes(19), 2, 1, Duration.ofMillis(500)));
        assertThat(options.tokenCache()).isEqualTo(10_000);
        assertThat(options.issuers()).isEmpty();
    }

    @Test
    void changesOneThingAtATime() {
        ClientCertificateOptions certificates = ClientCertificateOptions.DEFAULT
                .withName(CertificateName.DNS)
                .withRoles(Map.of("a.example", List.of("service")));
        AuthOptions options = AuthOptions.DEFAULT
                .withSecret(Forge.SECRET)
                .withKeyFile(Optional.of(Path.of("key.pem")))
                .withAlgorithms(List.of(TokenAlgorithm.ES256))
                .withIssuer("lab")
                .withAudience("none")
                .withTokenTtl(Duration.ofMinutes(5))
                .withUsersFile(Optional.of(Path.of("users.yaml")))
                .withKeysFile(Optional.of(Path.of("keys.jsonl")))
                .withFailureLimit(Allowance.OFF)
                .withLoginLimit(LoginLimitOptions.DEFAULT
                        .withPerAddress(Allowance.OFF)
                        .withPerUser(Allowance.OFF)
                        .withLockout(LOCKOUT))
                .withSessions(SessionOptions.DEFAULT
                        .withFile(Optional.of(Path.of("sessions.jsonl")))
                        .withRefreshTtl(Duration.ofDays(1))
                        .withMaxAge(Duration.ofDays(2))
                        .withPerUser(3))
                .withPasswords(PasswordOptions.DEFAULT
                        .withMemory(DataSize.ofMegabytes(64))
                        .withPasses(3)
                        .withLanes(2)
                        .withRefuseAfter(Duration.ofSeconds(2)))
                .withTokenCache(0)
                .withIssuer("corporate", IssuerOptions.of("https://id.example"))
                .withClientCertificates(certificates);

        assertThat(options)
                .isEqualTo(new AuthOptions(
                        Forge.SECRET,
                        Optional.of(Path.of("key.pem")),
                        List.of(TokenAlgorithm.ES256),
                        "lab",
                        "none",
                        Duration.ofMinutes(5),
                        Optional.of(Path.of("users.yaml")),
                        Optional.of(Path.of("keys.jsonl")),
                        Allowance.OFF,
                        new LoginLimitOptions(Allowance.OFF, Allowance.OFF, LOCKOUT),
                        new SessionOptions(
                                Optional.of(Path.of("sessions.jsonl")), Duration.ofDays(1), Duration.ofDays(2), 3),
                        new PasswordOptions(DataSize.ofMegabytes(64), 3, 2, Duration.ofSeconds(2)),
                        0,
                        Map.of("corporate", IssuerOptions.of("https://id.example")),
                        certificates));
        assertThat(options.toString()).doesNotContain(Forge.SECRET.reveal());
    }

    @Test
    void refusesWhatMakesNoSense() {
        AuthOptions options = AuthOptions.DEFAULT;

        assertThatThrownBy(() -> options.withAlgorithms(List.of()))
                .hasMessage("algorithms: none (expected: at least one)");
        assertThatThrownBy(() -> options.withIssuer("")).hasMessage("issuer: empty (expected: a name)");
        assertThatThrownBy(() -> options.withIssuer("a\nb")).hasMessageStartingWith("issuer: has a control character");
        assertThatThrownBy(() -> options.withAudience(""))
                .hasMessage("audience: empty (expected: a name, or none to switch the check off)");
        assertThatThrownBy(() -> options.withTokenTtl(Duration.ZERO))
                .hasMessage("token-ttl: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> options.withTokenCache(-1)).hasMessage("token-cache: -1 (expected: 0 to 10000000)");
    }

    @Test
    void takesEachIssuerOnce() {
        IssuerOptions corporate = IssuerOptions.of("https://id.example");

        assertThatThrownBy(() -> AuthOptions.DEFAULT.withIssuer("a", corporate).withIssuer("b", corporate))
                .hasMessage(
                        "issuers.b.issuer: https://id.example (expected: one that is neither our own nor another's)");
        assertThatThrownBy(() ->
                        AuthOptions.DEFAULT.withIssuer("https://id.example").withIssuer("a", corporate))
                .hasMessageStartingWith("issuers.a.issuer: https://id.example");
        assertThatThrownBy(() -> AuthOptions.DEFAULT.withIssuer("A b", corporate))
                .hasMessageStartingWith("issuers: A b");
    }

    @Test
    void readsAlgorithmsAsTokensNameThem() {
        assertThat(TokenAlgorithm.parse("ed25519"))
                .isEqualTo(TokenAlgorithm.ED25519)
                .hasToString("Ed25519");
        assertThat(TokenAlgorithm.parse("EdDSA")).isEqualTo(TokenAlgorithm.ED25519);
        assertThat(TokenAlgorithm.parse(" hs512 ")).isEqualTo(TokenAlgorithm.HS512);
        assertThatThrownBy(() -> TokenAlgorithm.parse("none")).hasMessageStartingWith("algorithms: none (expected: ");
    }
}
