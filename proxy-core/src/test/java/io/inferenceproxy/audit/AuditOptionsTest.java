package io.inferenceproxy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditOptionsTest {

    @Test
    void byDefaultNoTrailIsKept() {
        assertThat(AuditOptions.DEFAULT).isEqualTo(new AuditOptions(Optional.empty(), false));
    }

    @Test
    void changesOneThingAtATime() {
        Path file = Path.of("audit.jsonl");

        assertThat(AuditOptions.DEFAULT.withFile(file).withSync(true))
                .isEqualTo(new AuditOptions(Optional.of(file), true));
    }
}
