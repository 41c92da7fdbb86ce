package io.inferenceproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "keep-alive", "Keep-Alive", "keep-alive, close", "", ","})
    void whatConnectionSaysOfItselfNamesNoField(String connection) {
        assertThat(FieldRules.namedByConnection(Headers.of("Connection", connection)))
                .isSameAs(Omitted.NOTHING);
    }

    @Test
    void fieldsAreNamedInAnyOfItsLines() {
        Omitted named = FieldRules.namedByConnection(
                Headers.of("Connection", "keep-alive", "connection", "close, X-Internal", "Connection", "x-other"));

        assertThat(named.omits("x-internal")).isTrue();
        assertThat(named.omits("X-Other")).isTrue();
        assertThat(named.omits("x-third")).isFalse();
    }
}
