package io.inferenceproxy.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @Test
    void withoutArgumentsItListensOn8000() {
        assertThat(Main.parse().port()).isEqualTo(8000);
    }

    @Test
    void thePortCanBeChosen() {
        assertThat(Main.parse("--port", "8123").port()).isEqualTo(8123);
    }

    @ParameterizedTest
    @ValueSource(strings = {"70000", "-1", "http"})
    void aPortThatIsNoneIsRefusedWithWhatWasExpected(String port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Main.parse("--port", port))
                .withMessage("port: %s (expected: 0 to 65535)", port);
    }

    @Test
    void anUnknownArgumentIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Main.parse("--prot", "1"))
                .withMessage("arguments: --prot 1 (expected: --port PORT)");
    }
}
