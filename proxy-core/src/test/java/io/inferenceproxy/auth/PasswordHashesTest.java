package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashesTest {

    private static final PasswordOptions CHEAP =
            PasswordOptions.DEFAULT.withMemory(DataSize.ofMegabytes(8)).withPasses(1);

    private final PasswordHashes hashes = new PasswordHashes(CHEAP);

    @ParameterizedTest
    @CsvSource({
        "correct horse,$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
        "correct horse,$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
        "p\u00e4ss,$2a$04$abcdefghijklmnopqrstuuF7KK/SfP9IRGj0pPJMr8GdtCS8xpmpC",
        "correct h\u00f6rse,$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$atZiarG6wNoD/d4qdgcAddsojwVmTIgTQGoAKDOV40o",
        "correct h\u00f6rse,pbkdf2_sha256$1000$saltsaltsaltsalt$atZiarG6wNoD/d4qdgcAddsojwVmTIgTQGoAKDOV40o=",
        "correct h\u00f6rse,$pbkdf2-sha512$1000$c2FsdHNhbHRzYWx0c2FsdA$"
                + "bYkVqsYUOwor9LiDjsOccus0h6x5tzt1ByAD1g7L2NDkQrj96FGhwf5z7lJ7mlsIR/ZJIFoRy99A77HT6Y6xKA"
    })
    void linesOfOtherSystemsMatchTheirPasswordAloneAndAreOutdated(String password, String line) {
        Secret hash = Secret.of(line);

        assertThat(PasswordHashes.isReadable(hash)).isTrue();
        assertThat(hashes.matches(Secret.of(password), hash)).isTrue();
        assertThat(hashes.matches(Secret.of(password + "x"), hash)).isFalse();
        assertThat(hashes.isOutdated(hash)).isTrue();
    }

    @Test
    void whatBcryptWouldNotLookAtMatchesNothing() {
        Secret hash = Secret.of("$2b$04$abcdefghijklmnopqrstuuNt.0ah97gHY3F7JC1Z6EXmQc0bQBhIO");

        assertThat(hashes.matches(Secret.of("p".repeat(72)), hash)).isTrue();
        assertThat(hashes.matches(Secret.of("p".repeat(73)), hash)).isFalse();
        assertThat(hashes.matches(
                        Secret.of("correct horse\0"),
                        Secret.of("$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "$2b$31$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$2b$05$short",
                "$1$salt$hash",
                "pbkdf2_sha256$9999999$saltsaltsaltsalt$atZiarG6wNoD/d4qdgcAddsojwVmTIgTQGoAKDOV40o=",
                "pbkdf2_sha1$1000$saltsaltsaltsalt$atZiarG6wNoD/d4qdgcAddsojwVmTIgTQGoAKDOV40o=",
                "$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA"
            })
    void otherLinesAreNotReadAndMatchNothing(String line) {
        assertThat(PasswordHashes.isReadable(Secret.of(line))).isFalse();
        assertThat(hashes.matches(Secret.of("plain"), Secret.of(line))).isFalse();
    }

    @Test
    void aHashIsOutdatedWhenItCostsLessThanAFreshOne() {
        Secret cheap = hashes.hash(Secret.of("pw"));

        assertThat(cheap.reveal()).startsWith("$argon2id$v=19$m=8192,t=1,p=1$");
        assertThat(hashes.isOutdated(cheap)).isFalse();
        assertThat(new PasswordHashes(CHEAP.withPasses(2)).isOutdated(cheap)).isTrue();
        assertThat(new PasswordHashes(CHEAP).isOutdated(new PasswordHashes(PasswordOptions.DEFAULT).unmatchable()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"password1", "PASSWORD", "Passw0rd", "12345678", "qwertyuiop", "iloveyou", "contrase\u00f1a"})
    void whatEverybodyTriesFirstIsNoPassword(String common) {
        assertThatThrownBy(() -> PasswordRule.require(Secret.of(common)))
                .hasMessageContaining("everybody tries first")
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain(common));
    }

    @Test
    void aPasswordHasEightCharactersAtLeast() {
        assertThatThrownBy(() -> PasswordRule.require(Secret.of("x7#kP2q")))
                .hasMessage("password: too short (expected: at least 8 characters)");
        assertThatThrownBy(() -> PasswordRule.require(Secret.of("x".repeat(1_025))))
                .hasMessageStartingWith("password: too long or no text");
        PasswordRule.require(Secret.of("correct horse"));
    }

    @Test
    void parametersHaveBounds() {
        assertThatThrownBy(() -> PasswordOptions.DEFAULT.withMemory(DataSize.ofMegabytes(1)))
                .hasMessage("memory: 1MB (expected: at least 8MB)");
        assertThatThrownBy(() -> PasswordOptions.DEFAULT.withMemory(DataSize.ofMegabytes(512)))
                .hasMessage("memory: 512MB (expected: at most 256MB)");
        assertThatThrownBy(() -> PasswordOptions.DEFAULT.withPasses(0)).hasMessageStartingWith("passes: 0");
        assertThatThrownBy(() -> PasswordOptions.DEFAULT.withLanes(9)).hasMessageStartingWith("lanes: 9");
    }
}
