package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.DataSize;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidationOptionsTest {

    private static final ValidationOptions DEFAULT = ValidationOptions.DEFAULT;

    @Test
    void byDefaultAMegabyteOfJsonSixtyFourDeepIsTaken() {
        assertThat(DEFAULT).isEqualTo(new ValidationOptions(DataSize.ofMegabytes(1), 64, Optional.empty()));
    }

    @Test
    void eachOptionIsTakenOver() {
        Optional<Path> schema = Optional.of(Path.of("s.json"));

        assertThat(DEFAULT.withMaxBody(DataSize.ofBytes(5)).withMaxDepth(3).withSchema(schema))
                .isEqualTo(new ValidationOptions(DataSize.ofBytes(5), 3, schema));
    }

    @Test
    void boundsAreTold() {
        assertThatThrownBy(() -> DEFAULT.withMaxBody(DataSize.ofBytes(0)))
                .hasMessage("max-body: 0B (expected: at least 1B)");
        assertThatThrownBy(() -> DEFAULT.withMaxBody(DataSize.ofMegabytes(1_025)))
                .hasMessage("max-body: 1025MB (expected: at most 1GB)");
        assertThatThrownBy(() -> DEFAULT.withMaxDepth(0)).hasMessage("max-depth: 0 (expected: 1 to 500)");
        assertThatThrownBy(() -> DEFAULT.withMaxDepth(501)).hasMessage("max-depth: 501 (expected: 1 to 500)");
    }
}
