package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");

    @Test
    void linksBetweenThePagesLeadSomewhere() throws IOException {
        try (Stream<Path> documents = Files.walk(Manual.ROOT.resolve("docs"));
                Stream<Path> top = Files.list(Manual.ROOT)) {
            List<Path> targets = Stream.concat(documents, top)
                    .filter(file -> file.toString().endsWith(".md"))
                    .flatMap(LinksTest::targets)
                    .toList();

            assertThat(targets)
                    .hasSizeGreaterThan(10)
                    .allSatisfy(target -> assertThat(target).exists());
        }
    }

    private static Stream<Path> targets(Path page) {
        try {
            return LINK.matcher(Files.readString(page))
                    .results()
                    .map(link -> page.resolveSibling(link.group(1)).normalize());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
