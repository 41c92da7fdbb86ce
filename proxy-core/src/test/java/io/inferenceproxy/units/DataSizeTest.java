package io.inferenceproxy.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0B",
        "17, 17, 17B",
        "512B, 512, 512B",
        "64KB, 65536, 64KB",
        "64 kb, 65536, 64KB",
        "1m, 1048576, 1MB",
        "1024MB, 1073741824, 1GB",
        "1500KB, 1536000, 1500KB"
    })
    void sizesAreReadAndWritten(String text, long bytes, String written) {
        DataSize size = DataSize.parse(text);

        assertThat(size.bytes()).isEqualTo(bytes);
        assertThat(size).hasToString(written);
        assertThat(DataSize.parse(written)).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KB", "-1", "1.5MB", "1TB", "1 0", "0x10", "9999999999999999999", "9999999999GB"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> DataSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("size: " + text + " (expected: ");
    }

    @Test
    void sizesAreComparedAndMade() {
        assertThat(DataSize.ofKilobytes(1)).isEqualTo(DataSize.ofBytes(1_024)).isLessThan(DataSize.ofMegabytes(1));
        assertThatThrownBy(() -> DataSize.ofBytes(-1)).hasMessage("size: -1 (expected: 0 or more bytes)");
    }
}
