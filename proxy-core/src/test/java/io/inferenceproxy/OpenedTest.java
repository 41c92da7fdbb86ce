package io.inferenceproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenedTest {

    private final Opened opened = new Opened();

    @Test
    void whatWasOpenedLastIsClosedFirstAndNothingStopsTheRest() {
        List<String> closed = new ArrayList<>();
        assertThat(opened.add("first", closed::add)).isEqualTo("first");
        opened.add("second", thing -> {
            throw new IllegalStateException(thing);
        });
        opened.add("third", closed::add);
        Exception refused = new Exception("the port is taken");

        opened.closeAfter(refused);
        opened.closeAfter(refused);

        assertThat(closed).containsExactly("third", "first");
        assertThat(refused.getSuppressed()).extracting(Throwable::getMessage).containsExactly("second");
    }

    @Test
    void norDoesAnErrorOrWhatMadeTheStartFailItself() {
        List<String> closed = new ArrayList<>();
        Error missing = new NoClassDefFoundError("a class");
        Error refused = new NoClassDefFoundError("another");
        opened.add("first", closed::add);
        opened.add("second", thing -> {
            throw missing;
        });
        opened.add("third", thing -> {
            throw refused;
        });

        opened.closeAfter(refused);

        assertThat(closed).containsExactly("first");
        assertThat(refused.getSuppressed()).containsExactly(missing);
    }
}
