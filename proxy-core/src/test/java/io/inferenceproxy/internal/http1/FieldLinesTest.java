package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import io.inferenceproxy.internal.http1.HeadScanner.FirstLine;
import io.inferenceproxy.internal.http1.HeadScanner.Outcome;
import io.inferenceproxy.testing.FieldLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The fields of a scanned head are headers like any others, and go on as the lines that they are. */
class FieldLinesTest {

    private final FieldLines fields =
            fields("Host: a\r\nX-One:  1 \r\nx-one:2\r\nAccept: */*\r\nLatin: \u00e9t\u00e9\r\nEmpty:\r\n");

    private static FieldLines fields(String lines) {
        HeadScanner scanner = new HeadScanner(FirstLine.REQUEST, 1 << 20);
        assertThat(Pieces.feed(scanner, "GET / HTTP/1.1\r\n" + lines + "\r\nbody"))
                .isEqualTo(Outcome.WHOLE);
        return scanner.fields();
    }

    @Test
    void theFirstOfANameIsFoundInAnyCase() {
        assertThat(fields.first("host")).contains("a");
        assertThat(fields.first("X-ONE")).contains("1");
        assertThat(fields.first("empty")).contains("");
        assertThat(fields.first("latin")).contains("\u00e9t\u00e9");
        assertThat(fields.first("x-two")).isEmpty();
        assertThat(fields.first("")).isEmpty();
    }

    @Test
    void allOfANameAreFoundInOrder() {
        assertThat(fields.all("x-One")).containsExactly("1", "2");
        assertThat(fields.all("HOST")).containsExactly("a");
        assertThat(fields.all("x-tw")).isEmpty();
    }

    @Test
    void aNameIsThereOrNot() {
        assertThat(fields.contains("aCCEPT")).isTrue();
        assertThat(fields.contains("accepts")).isFalse();
        assertThat(fields.contains("accepu")).isFalse();
    }

    @Test
    void caseIsOfLettersAlone() {
        FieldLines marks = fields("a^b`c: 1\r\n~: 2\r\n");

        assertThat(marks.contains("A^B`C")).isTrue();
        assertThat(marks.contains("a~b@c")).as("differs in the bit of case").isFalse();
        assertThat(marks.contains("^")).isFalse();
        assertThat(marks.contains("\u212a")).isFalse();
        assertThat(fields("K: 1\r\n").contains("\u212a"))
                .as("the sign of Kelvin")
                .isFalse();
    }

    @Test
    void namesOfAnyLengthAreFound() {
        for (int length = 1; length < 200; length++) {
            String name = "n".repeat(length);
            FieldLines one = fields("Host: a\r\n" + name + ": " + length + "\r\n");

            assertThat(one.first(name)).contains(Integer.toString(length));
            assertThat(one.contains(name + "n")).isFalse();
            assertThat(one.contains("n".repeat(length + 64))).isFalse();
        }
    }

    @Test
    void aHeadWithoutFieldsHasNone() {
        FieldLines none = fields("");

        assertThat(none.count()).isZero();
        assertThat(none.contains("host")).isFalse();
        assertThat(FieldLog.of(none, Omitted.NOTHING).runs()).isEmpty();
    }

    @Test
    void allLinesAreWrittenAsOneRunAsTheyCame() {
        assertThat(FieldLog.of(fields, Omitted.NOTHING).runs())
                .containsExactly(
                        "Host: a\r\nX-One:  1 \r\nx-one:2\r\nAccept: */*\r\nLatin: \u00e9t\u00e9\r\nEmpty:\r\n");
    }

    @Test
    void whatIsLeftOutPartsTheRuns() {
        assertThat(FieldLog.of(fields, HeaderNames.of("X-One")).runs())
                .containsExactly("Host: a\r\n", "Accept: */*\r\nLatin: \u00e9t\u00e9\r\nEmpty:\r\n");
        assertThat(FieldLog.of(fields, HeaderNames.of("host", "empty")).runs())
                .containsExactly("X-One:  1 \r\nx-one:2\r\nAccept: */*\r\nLatin: \u00e9t\u00e9\r\n");
        assertThat(FieldLog.of(fields, HeaderNames.of("host", "x_one", "accept", "latin", "empty"))
                        .runs())
                .isEmpty();
    }

    @Test
    void whateverIsLaidOverThemTheyAreWrittenAsTheyAreSeen() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 5_000; i++) {
            Headers headers = fields(someLines(random));
            for (int layers = random.nextInt(4); layers > 0; layers--) {
                headers = random.nextBoolean()
                        ? headers.overlaidWith(
                                random.nextBoolean() ? fields(someLines(random)) : Headers.of(someName(random), "over"))
                        : headers.without(someNames(random));
            }
            Omitted omitted = random.nextBoolean() ? someNames(random) : Omitted.NOTHING;

            assertThat(FieldLog.of(headers, omitted).lines()).isEqualTo(FieldLog.expected(headers, omitted));
        }
    }

    @Test
    void theyAnswerAsAListOfTheSameFieldsDoes() {
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 5_000; i++) {
            FieldLines scanned = fields(someLines(random));
            List<String> namesAndValues = new ArrayList<>();
            scanned.forEach((name, value) -> {
                namesAndValues.add(name);
                namesAndValues.add(value);
            });
            Headers listed = Headers.of(namesAndValues.toArray(new String[0]));
            String name = someName(random);

            assertThat(scanned.first(name)).isEqualTo(listed.first(name));
            assertThat(scanned.all(name)).isEqualTo(listed.all(name));
            assertThat(scanned.contains(name)).isEqualTo(listed.contains(name));
            assertThat(scanned.count()).isEqualTo(namesAndValues.size() / 2);
        }
    }

    private static String someLines(SplittableRandom random) {
        StringBuilder lines = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            lines.append(someName(random))
                    .append(random.nextBoolean() ? ": v" : ":")
                    .append(i)
                    .append("\r\n");
        }
        return lines.toString();
    }

    private static String someName(SplittableRandom random) {
        String[] names = {"a", "A", "b", "host", "Host", "HOST", "x-one", "X_ONE", "x.one", "x-ones", "~"};
        return names[random.nextInt(names.length)];
    }

    private static Omitted someNames(SplittableRandom random) {
        return HeaderNames.of(someName(random), someName(random));
    }
}
