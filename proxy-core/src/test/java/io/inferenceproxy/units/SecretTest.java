package io.inferenceproxy.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void aSecretShowsItselfToRevealAlone() {
        Secret secret = Secret.of("hunter2é");

        assertThat(secret).hasToString("••••••");
        assertThat(secret.reveal()).isEqualTo("hunter2é");
        assertThat(secret.revealBytes()).isEqualTo("hunter2é".getBytes(StandardCharsets.UTF_8));
        assertThat(secret.isEmpty()).isFalse();
    }

    @Test
    void secretsAreEqualWhenTheirTextsAreAndHashesTellNothing() {
        assertThat(Secret.parse(" a ")).isEqualTo(Secret.of(" a ")).isNotEqualTo(Secret.of("a"));
        assertThat(Secret.of("a")).hasSameHashCodeAs(Secret.of("b"));
        assertThat(Secret.of("")).isSameAs(Secret.none()).hasToString("");
        assertThat(Secret.none().isEmpty()).isTrue();
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        assertThatThrownBy(() -> Secret.fromEnvironment("NO_SUCH_VARIABLE_HERE"))
                .hasMessage("environment variable NO_SUCH_VARIABLE_HERE: not set (expected: a secret)");
        assertThat(Secret.fromEnvironment("PATH").isEmpty()).isFalse();
    }
}
