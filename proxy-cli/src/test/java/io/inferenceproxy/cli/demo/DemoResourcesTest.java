package io.inferenceproxy.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DemoResourcesTest {
    static Set<Path> paths() {
        return DemoResources.generate().keySet();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aCommittedFileIsByteForByteWhatTheTableMakesOfIt(Path path) {
        String generated = DemoResources.generate().get(path);

        assertThat(Resources.text(path.getFileName().toString())).isEqualTo(generated);
    }
}
