package io.inferenceproxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file under {@code docs/} that is generated; with {@code -Ddocs.rewrite} it is written instead of compared. */
public final class CommittedDocument {

    private CommittedDocument() {}

    /** Fails unless the committed file is this text. */
    public static void requireUpToDate(String name, String text) throws IOException {
        Path file = Path.of("..", "docs", name);
        if (System.getProperty("docs.rewrite") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(Files.readString(file))
                .as("docs/%s is generated: mvn -pl proxy-core -Dquick test -Ddocs.rewrite", name)
                .isEqualTo(text);
    }
}
