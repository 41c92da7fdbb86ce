package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code in the pages is taken from files that are compiled and run: from their region {@code readme}, or whole. */
class SnippetsTest {

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/clients.md"})
    void codeIsThatOfItsSource(String page) throws IOException {
        List<Manual.Block> snippets = Manual.of(page).blocks().stream()
                .filter(block -> block.source().isPresent())
                .toList();

        assertThat(snippets).isNotEmpty().allSatisfy(snippet -> {
            assertThat(snippet.text())
                    .isEqualTo(region(Files.readString(snippet.source().orElseThrow())));
        });
    }

    private static String region(String source) {
        List<String> lines = source.lines().toList();
        int from = indexOf(lines, "region readme");
        int to = indexOf(lines, "endregion");
        return from < 0
                ? source
                : String.join("\n", lines.subList(from + 1, to)).stripIndent() + "\n";
    }

    private static int indexOf(List<String> lines, String mark) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().replaceFirst("^(//|#) ", "").equals(mark)) {
                return i;
            }
        }
        return -1;
    }
}
