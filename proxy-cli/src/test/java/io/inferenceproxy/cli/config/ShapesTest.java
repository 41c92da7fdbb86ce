package io.inferenceproxy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapesTest {

    public record Nothing(int a) {}

    public record Two(int a) {
        public static Two of(int a) {
            return new Two(a);
        }

        public static Two of(String a) {
            return new Two(a.length());
        }
    }

    public record Foreign(int a) {
        public static Foreign of(int b) {
            return new Foreign(b);
        }
    }

    public record Unbindable(Object a) {
        public static final Unbindable DEFAULT = new Unbindable("");
    }

    @Test
    void records_that_break_the_conventions_are_refused() {
        for (Class<? extends Record> type : List.of(Nothing.class, Two.class, Foreign.class, Unbindable.class)) {
            assertThatThrownBy(() -> ConfigLoader.of(type)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"maxBody,max-body", "MAX_BODY,max-body", "host,host", "http2,http2", "usersFile,users-file"})
    void names_become_kebab_case(String name, String kebab) {
        assertThat(Texts.kebab(name)).isEqualTo(kebab);
    }

    @ParameterizedTest
    @CsvSource({"prot,port", "reqests,requests", "Port,port", "prt,port", "xyz,", "p,", "hots,host"})
    void the_nearest_name_is_a_slip_away(String word, String nearest) {
        assertThat(Nearest.to(word, List.of("port", "host", "requests")).orElse(null))
                .isEqualTo(nearest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b-c.d_e", "a.\"b.c\".d", "\"x y\""})
    void paths_read_back_as_they_are_written(String path) {
        assertThat(KeyPath.parse(path)).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "\"a", "\"a\"b"})
    void malformed_paths_are_refused(String path) {
        assertThatThrownBy(() -> KeyPath.parse(path)).isInstanceOf(IllegalArgumentException.class);
    }
}
