package io.inferenceproxy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageOptionsTest {

    @Test
    void pagesAreServedUnlessTheyAreSwitchedOff() {
        assertThat(PageOptions.at("/docs")).isEqualTo(new PageOptions(true, "/docs"));
    }

    @Test
    void changesOneThingAtATime() {
        assertThat(PageOptions.at("/docs").withEnabled(false).withPath("/a/b-c_9"))
                .isEqualTo(new PageOptions(false, "/a/b-c_9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "docs", "/docs/", "/a b", "/a?b", "/<script>", "/%41"})
    void aPathIsPlain(String path) {
        assertThatThrownBy(() -> PageOptions.at(path))
                .hasMessage("path: " + path + " (expected: a path such as /docs)");
    }
}
