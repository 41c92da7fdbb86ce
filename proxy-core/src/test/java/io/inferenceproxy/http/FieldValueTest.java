package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldValueTest {

    @ParameterizedTest
    @CsvSource({
        "keep-alive, true",
        "Keep-Alive, true",
        "KEEP-ALIVE, true",
        "keep-aliv, false",
        "keep-alivee, false",
        "keep_alive, false",
        "KEEP-ALIV\u00C5, false",
        "'', false"
    })
    void isATextInAnyCase(String value, boolean is) {
        byte[] line = ("Connection: " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(new FieldValue(line, 12, line.length - 2).isIgnoringCase("keep-alive"))
                .isEqualTo(is);
    }
}
