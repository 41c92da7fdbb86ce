package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {

    private final Headers headers = Headers.of("Host", "a", "X-One", "1", "x-one", "2", "Accept", "*/*");

    private static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    @Test
    void namesAreFoundInAnyCase() {
        assertThat(headers.first("HOST")).hasValue("a");
        assertThat(headers.first("x-ONE")).hasValue("1");
        assertThat(headers.all("X-One")).containsExactly("1", "2");
        assertThat(headers.contains("accept")).isTrue();
        assertThat(headers.contains("accep")).isFalse();
        assertThat(headers.all("missing")).isEmpty();
    }

    @Test
    void whatLiesAboveHidesAllOfThatNameBelow() {
        Headers overlaid = headers.overlaidWith(Headers.of("X-ONE", "3", "New", "n"));

        assertThat(lines(overlaid)).containsExactly("Host: a", "Accept: */*", "X-ONE: 3", "New: n");
        assertThat(overlaid.first("x-one")).hasValue("3");
        assertThat(overlaid.first("host")).hasValue("a");
        assertThat(overlaid.all("x-one")).containsExactly("3");
        assertThat(lines(headers)).as("unchanged").hasSize(4);
    }

    @Test
    void fieldsCanBeTakenAwayAndPutBack() {
        Headers reduced = headers.without(HeaderNames.of("x-one", "host"));

        assertThat(lines(reduced)).containsExactly("Accept: */*");
        assertThat(reduced.first("Host")).isEmpty();
        assertThat(lines(reduced.with("Host", "b"))).containsExactly("Accept: */*", "Host: b");
    }

    @Test
    void fieldsOfANameAreCountedInAnyCase() {
        Headers headers = Headers.of("Accept", "a", "X-One", "1", "accept", "b");

        assertThat(headers.count("ACCEPT")).isEqualTo(2);
        assertThat(headers.count("X-Two")).isZero();
        assertThat(headers.with("Accept", "c").count("Accept")).isOne();
    }

    @Test
    void aValueCanBeComparedAsBytes() {
        Headers headers = Headers.of("Content-Type", "text/plain", "X-Latin", "\u00E9", "X-Other", "\u0141");

        assertThat(headers.value("content-type").isSame(FieldValue.of("text/plain")))
                .isTrue();
        assertThat(headers.value("content-type").isSame(FieldValue.of("text/plai")))
                .isFalse();
        assertThat(headers.value("X-Latin")).hasToString("\u00E9");
        assertThat(headers.value("X-Other")).hasToString("?");
        assertThat(headers.value("X-None").length()).isZero();
    }

    @Test
    void nothingLaidOverNothingIsNothing() {
        assertThat(headers.overlaidWith(Headers.empty())).isSameAs(headers);
        assertThat(Headers.of()).isSameAs(Headers.empty());
        assertThat(lines(Headers.empty())).isEmpty();
    }

    @Test
    void aNameWithoutAValueIsAMistake() {
        assertThatThrownBy(() -> Headers.of("a", "b", "c")).hasMessage("header c: has no value");
    }

    @Test
    void aSetOfNamesTakesUnderscoresForDashesAndAnyCase() {
        HeaderNames names = HeaderNames.of("X-Forwarded-User", "Cookie");

        assertThat(names.contains("x_forwarded-USER")).isTrue();
        assertThat(names.contains("COOKIE")).isTrue();
        assertThat(names.contains("X-Forwarded-Users")).isFalse();
        assertThat(names.contains("")).isFalse();
        assertThat(names.contains("X-Forwarded-Usfr")).isFalse();
    }

    @Test
    void aSetOfManyNamesHasThemAllAndNoOthers() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add("X-Name-" + i);
        }
        HeaderNames names = HeaderNames.of(many);

        assertThat(many).allMatch(names::contains);
        assertThat(names.contains("X-Name-200")).isFalse();
        assertThat(HeaderNames.of().contains("X")).isFalse();
    }

    @Test
    void mediaTypesAreReadWithoutTheirParameters() {
        assertThat(MediaType.parse(" Text/Event-Stream ; charset=x").isEventStream())
                .isTrue();
        assertThat(MediaType.parse("application/problem+JSON").isJson()).isTrue();
        assertThat(MediaType.parse("application/json, text/html").isJson()).isFalse();
        assertThat(MediaType.parse("nonsense").essence()).isEmpty();
    }
}
