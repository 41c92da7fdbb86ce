package io.inferenceproxy.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPointerTest {

    @Test
    void itIsTheStepsBehindTheSlashesUnescaped() {
        assertThat(JsonPointer.parse("").steps()).isEmpty();
        assertThat(JsonPointer.parse("/").steps()).containsExactly("");
        assertThat(JsonPointer.parse("/usage/total_tokens").steps()).containsExactly("usage", "total_tokens");
        assertThat(JsonPointer.parse("/a~1b/~0/~01//0").steps()).containsExactly("a/b", "~", "~1", "", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/usage/total_tokens", "/a~1b/~0/~01//0"})
    void itIsWrittenAsItWasRead(String text) {
        assertThat(JsonPointer.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "usage, usage (expected: a JSON pointer",
        "#/usage, #/usage (expected: a JSON pointer",
        "/a~, /a~: ~ without 0 or 1",
        "/a~2, /a~2: ~ without 0 or 1"
    })
    void whatIsNoneIsRefusedByName(String text, String message) {
        assertThatThrownBy(() -> JsonPointer.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void stepsAreBoundedInNumberAndLength() {
        assertThatThrownBy(() -> JsonPointer.parse("/a".repeat(17)))
                .hasMessageContaining("17 steps (expected: up to 16)");
        assertThatThrownBy(() -> new JsonPointer(List.of("a".repeat(257))))
                .hasMessageContaining("257 bytes in a JSON pointer (expected: up to 256)");
    }
}
