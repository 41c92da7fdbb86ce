package io.inferenceproxy.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaseFileTest {
    @Test
    void commentsAndBlankLinesAreSkipped() {
        String text = "# made\n\ncondition,age,symptoms\n# a case\ngout,50,big-toe-pain joint-pain\n";

        assertThat(CaseFile.parse("x.csv", text))
                .containsExactly(new TriageCase("gout", 50, Set.of("big-toe-pain", "joint-pain")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gout", "gout,50", "gout,fifty,joint-pain", "gout,50,", "gout,50,x,y", "gout,50,x x"})
    void aMalformedCaseIsRefusedWithItsPlace(String line) {
        assertThatThrownBy(() -> CaseFile.parse("x.csv", CaseFile.HEADER + "\n" + line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("x.csv:2: " + line + " (");
    }

    @Test
    void aFileWithoutItsHeaderIsRefused() {
        assertThatThrownBy(() -> CaseFile.parse("x.csv", "gout,50,joint-pain\n"))
                .hasMessage("x.csv:1: gout,50,joint-pain (expected: condition,age,symptoms)");
    }

    @Test
    void aMissingResourceIsNamed() {
        assertThatThrownBy(() -> Resources.text("nothing.csv")).hasMessageStartingWith("nothing.csv: not in the jar");
    }
}
