package io.inferenceproxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteMatchTest {

    @ParameterizedTest
    @ValueSource(strings = {"POST /predict", "POST,PUT /a/b/**", "* /**", "GET /", "M-SEARCH /a%2Fb"})
    void isWrittenAsItWasRead(String text) {
        assertThat(RouteMatch.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST                  | expected: METHOD",
                "POST /a /b            | expected: METHOD",
                "post /a               | expected: METHOD",
                "POST, /a              | expected: METHOD",
                "CONNECT /a            | CONNECT is never served",
                "GET,TRACE /a          | TRACE is never served",
                "POST a                | does not start with a slash",
                "POST /a/../b          | dot segment",
                "POST /a//b            | empty segment",
                "POST /%41             | canonical form",
                "POST /a/*             | canonical form",
                "POST /a/**/b          | canonical form",
                "POST /a//**           | canonical form"
            })
    void whatCouldBeReadInTwoWaysIsRefused(String text, String reason) {
        assertThatThrownBy(() -> RouteMatch.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("match: " + text + " (")
                .hasMessageContaining(reason);
    }

    @Test
    void pathsBelowAreSegmentsBelow() {
        RouteMatch match = RouteMatch.parse("POST /api/**");

        assertThat(match.covers("/api")).isTrue();
        assertThat(match.covers("/api/x")).isTrue();
        assertThat(match.covers("/apix")).isFalse();
        assertThat(match.remainder("/api/x")).isEqualTo("/x");
        assertThat(match.remainder("/api")).isEmpty();
    }

    @Test
    void anyMethodIsNeitherConnectNorTrace() {
        RouteMatch match = RouteMatch.parse("* /a");

        assertThat(match.allows("PROPFIND")).isTrue();
        assertThat(match.allows("CONNECT")).isFalse();
        assertThat(match.allows("TRACE")).isFalse();
    }
}
