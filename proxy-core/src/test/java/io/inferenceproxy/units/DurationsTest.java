package io.inferenceproxy.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0s",
        "250ms, 250, 250ms",
        "1500ms, 1500, 1500ms",
        "60s, 60000, 1m",
        "1M, 60000, 1m",
        "2h, 7200000, 2h",
        "1d, 86400000, 1d",
        "36500d, 3153600000000, 36500d"
    })
    void durationsAreReadAndWritten(String text, long millis, String written) {
        Duration duration = Durations.parse(text);

        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.format(duration)).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "1w", "1 s x", "36501d", "9999999999999s", "PT1S"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("duration: " + text + " (expected: ");
    }

    @Test
    void requirementsNameKeyValueAndExpectation() {
        assertThat(Require.between(1, 3, 2, "k")).isEqualTo(2);
        assertThat(Require.positive(Duration.ofMillis(1), "k")).isEqualTo(Duration.ofMillis(1));
        assertThat(Require.notNegative(Duration.ZERO, "k")).isZero();
        assertThat(Require.name("a-1", "k")).isEqualTo("a-1");
        assertThat(Require.printable("é x", "k")).isEqualTo("é x");
        assertThatThrownBy(() -> Require.between(0, 65_535, 70_000, "port"))
                .hasMessage("port: 70000 (expected: 0 to 65535)");
        assertThatThrownBy(() -> Require.positive(Duration.ZERO, "k")).hasMessage("k: 0s (expected: more than 0s)");
        assertThatThrownBy(() -> Require.notNegative(Duration.ofSeconds(-1), "k"))
                .hasMessage("k: -1s (expected: 0s or more)");
        assertThatThrownBy(() -> Require.name("-a", "k")).hasMessageStartingWith("k: -a (expected: ");
        assertThatThrownBy(() -> Require.printable("a\r\nb", "k"))
                .hasMessage("k: has a control character (expected: printable text)");
    }

    @Test
    void aDurationThatNoTimerCanCountIsRefused() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);

        assertThatThrownBy(() -> Require.positive(Duration.ofDays(36_501), "k"))
                .hasMessage("k: 36501d (expected: at most 36500d)");
        assertThatThrownBy(() -> Require.notNegative(endless, "k"))
                .hasMessageStartingWith("k: ")
                .hasMessageEndingWith("d (expected: at most 36500d)");
    }
}
