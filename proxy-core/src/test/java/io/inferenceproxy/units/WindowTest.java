package io.inferenceproxy.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

    @ParameterizedTest
    @CsvSource({
        "50 per hour, 50, 3600, hour",
        "200 PER day, 200, 86400, day",
        "10 per 5 minutes, 10, 300, 5-minutes",
        "10 per 60 minutes, 10, 3600, hour",
        "1 per second, 1, 1, second",
        "7 per 90 seconds, 7, 90, 90-seconds",
        "3 per 2 weeks, 3, 1209600, 2-weeks",
        "1 per 7 days, 1, 604800, week",
        "50/1h, 50, 3600, hour",
        "50 / 30 m, 50, 1800, 30-minutes",
        "1/1w, 1, 604800, week",
        "9 per month, 9, 2629746, month",
        "9 per 3 months, 9, 7889238, 3-months",
        "9 per 12 months, 9, 31556952, year",
        "1000000000000 per 366 days, 1000000000000, 31622400, 366-days"
    })
    void theNotationIsReadAndWritten(String text, long quota, long seconds, String name) {
        Window window = Window.parse(text);

        assertThat(window).isEqualTo(Window.of(quota, Duration.ofSeconds(seconds)));
        assertThat(window.periodName()).isEqualTo(name);
        assertThat(Window.parse(window.toString())).isEqualTo(window);
    }

    @Test
    void aUnitStandsBetweenQuotaAndPeriod() {
        Window window = Window.parse("1000000 tokens per month");

        assertThat(window).isEqualTo(Window.of(1_000_000, Window.MONTH).withUnit("tokens"));
        assertThat(window).hasToString("1000000 tokens per month");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "50",
                "per hour",
                "50 per",
                "50 per fortnight",
                "50 Tokens! per day",
                "50 an hour",
                "-1 per hour",
                "0 per hour",
                "1 per 0 hours",
                "1.5 per hour",
                "50/h",
                "50/1x",
                "1 per 367 days",
                "1000000000001 per day",
                "2000000000 per second",
                "99999999999999999999 per hour",
                "1 per 999999999999 hours",
                "50 per hour;"
            })
    void anythingElseIsRefusedWithTheTextInTheMessage(String text) {
        assertThatThrownBy(() -> Window.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("window: " + text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    99999999999999999 per hour | quota: 99999999999999999 (expected: 1 to 1000000000000)
                    5 per 0 hours              | period: 0s (expected: whole seconds, 1s to 366d)
                    5 per 367 days             | period: 31708800s (expected: whole seconds, 1s to 366d)
                    """)
    void whatIsOutOfRangeIsToldInTheNotationOfTheRest(String text, String told) {
        assertThatThrownBy(() -> Window.parse(text)).hasMessage("window: " + text + ": " + told);
    }

    @Test
    void severalAreJoinedBySemicolons() {
        assertThat(Window.parseAll("50 per hour; 200/1d"))
                .containsExactly(Window.parse("50/1h"), Window.parse("200 per day"));
        assertThatThrownBy(() -> Window.parseAll("50 per hour;")).hasMessageContaining(Window.LIMIT_GRAMMAR);
    }

    @Test
    void howManyCallsAtOnceStandsBesideWindowsAndIsNone() {
        assertThat(Window.beside(" 4  At Once ")).hasValue(Map.entry("at-once", "4"));
        for (String none : List.of("at once", "0 at once", "4 at", "4 tokens at once", "-4 at once", "4 per hour")) {
            assertThat(Window.beside(none)).as(none).isEmpty();
        }
        String spans = "window: 4 at once (expected: " + Window.GRAMMAR + ")";
        assertThatThrownBy(() -> Window.parse("4 at once")).hasMessage(spans);
        for (String none : List.of("0 at once", "1000000000 at once")) {
            assertThatThrownBy(() -> Window.parse(none))
                    .hasMessage("window: " + none + " (expected: 1 to 1000000 at once)");
        }
        assertThatThrownBy(() -> Window.parse("4 atonce")).hasMessageContaining("(expected: " + Window.LIMIT_GRAMMAR);
        assertThatThrownBy(() -> Allowance.parse("4 at once")).hasMessage(spans);
        assertThatThrownBy(() -> Allowance.parse("4 atonce")).hasMessageContaining("(expected: " + Window.GRAMMAR);
    }

    @Test
    void fractionsOfASecondAreRefused() {
        assertThatThrownBy(() -> Window.of(1, Duration.ofMillis(1_500))).hasMessageContaining("whole seconds");
    }

    @Test
    void anAllowanceIsAWindowOrOff() {
        assertThat(Allowance.parse(" OFF ")).isEqualTo(Allowance.OFF).hasToString("off");
        assertThat(Allowance.parse("20 per minute").window()).hasValue(Window.parse("20/1m"));
        assertThat(Allowance.parse("20 per minute")).hasToString("20 per minute");
        assertThatThrownBy(() -> Allowance.parse("none")).hasMessageContaining("window: none");
    }
}
