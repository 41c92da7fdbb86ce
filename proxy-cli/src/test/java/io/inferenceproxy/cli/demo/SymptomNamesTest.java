package io.inferenceproxy.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymptomNamesTest {
    private final SymptomNames names = new SymptomNames(List.of("sore-throat", "fever", "cough", "fatigue", "cough"));

    @ParameterizedTest
    @CsvSource({"feverr,fever", "FEVER,fever", "fver,fever", "Sore_Throat,sore-throat", "sore  throat,sore-throat"})
    void theNearestNameIsTheOneWithTheFewestEdits(String given, String nearest) {
        assertThat(names.nearest(given)).isEqualTo(nearest);
    }

    @Test
    void theNamesAreSortedAndUnique() {
        assertThat(names.known()).containsExactly("cough", "fatigue", "fever", "sore-throat");
    }

    @Test
    void aVeryLongNameIsComparedByItsBeginningOnly() {
        assertThat(names.nearest("sore-throat".repeat(100_000))).isEqualTo("sore-throat");
    }

    @Test
    void aMessageShowsTheBeginningOfANameWithoutWhatCouldNotBePrinted() {
        assertThat(SymptomNames.shortened("a\nb\u001bc\ud83d")).isEqualTo("a?b?c?");
        assertThat(SymptomNames.shortened("x".repeat(50))).isEqualTo("x".repeat(40) + "…");
    }
}
