package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StrictJsonTest {

    private static final int DEPTH = 64;

    private static MalformedJson refused(byte[] bytes) {
        MalformedJson streamed = catchThrowableOfType(MalformedJson.class, () -> StrictJson.check(bytes, DEPTH));
        MalformedJson read = catchThrowableOfType(MalformedJson.class, () -> StrictJson.read(bytes, DEPTH));
        assertThat(streamed).as("refused as a stream").isNotNull();
        assertThat(read).as("refused as a tree").isNotNull();
        assertThat(place(read)).as("both ways alike").isEqualTo(place(streamed));
        return streamed;
    }

    private static String place(MalformedJson malformed) {
        return malformed.getMessage() + " " + malformed.line() + ":" + malformed.column();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                " true ",
                "false",
                "\"x\"",
                "0",
                "-0",
                "1e5",
                "1.5E-3",
                "[1,2,[3]]",
                "\r\n\t {\"a\": {\"a\": 1}}",
                "{\"\":1}",
                "\"\\u0000\\n\\/\"",
                "\"\\ud83d\\ude00\"",
                "\"é😀\"",
                "\"\uFFFD\"",
                "123456789012345678901234567890"
            })
    void whatRfc8259AllowsPasses(String text) throws MalformedJson {
        StrictJson.check(utf8(text), DEPTH);

        JsonNode tree = StrictJson.read(utf8(text), DEPTH);

        assertThat(tree).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[",
                "[1",
                "[1,",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "\"x",
                "tru",
                "[1,]",
                "{\"a\":1,}",
                "[,1]",
                "{a:1}",
                "{'a':1}",
                "['a']",
                "NaN",
                "[NaN]",
                "Infinity",
                "-Infinity",
                "[-]",
                "+1",
                "01",
                "-01",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x1",
                "// x\n1",
                "/* x */1",
                "# x\n1",
                "[1 2]",
                "{\"a\" 1}",
                "}",
                "]",
                "[}",
                "{]",
                "[1]]",
                "1 2",
                "{}{}",
                "[] x",
                "\"\t\"",
                "\"\n\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12G4\"",
                "nul",
                "TRUE",
                "undefined",
                ",",
                ":",
                "\u00A01",
                "1\u00A0",
                "\f1",
                "{\"a\":1 \"b\":2}",
                "{1:2}",
                "{null:1}",
                "[1,,2]",
                "\u0000",
                "1\u0000",
                "\"a\" \"b\"",
                "[\"a\"",
                "--1",
                "1.2.3",
                "1e5e5",
                "{\"a\":}",
                "{:1}"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThat(refused(utf8(text))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\": }|1|10|The body is not well-formed JSON",
                "{\"a\":1,}|1|8|The body is not well-formed JSON",
                "[1 2]|1|4|The body is not well-formed JSON",
                "[1,2|1|5|The body ends before its JSON does",
                "{} {}|1|4|The body has more than one JSON value",
            })
    void thePlaceIsThatOfTheFirstCharacterThatIsWrong(String text, int line, int column, String message) {
        MalformedJson refused = refused(utf8(text));

        assertThat(place(refused)).isEqualTo(message + " " + line + ":" + column);
    }

    @Test
    void linesAreCounted() {
        MalformedJson refused = refused(utf8("{\n  \"a\": 1,\r\n  \"b\": oops\n}"));

        assertThat(refused.line()).isEqualTo(3);
        assertThat(refused.column()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n\t"})
    void nothingIsRefusedAsEmpty(String text) {
        assertThat(place(refused(utf8(text)))).isEqualTo("The body is empty 1:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":3}", "[{\"x\":{\"a\":1,\"\\u0061\":2}}]"})
    void aMemberNamedTwiceIsRefusedHoweverItIsWritten(String text) {
        assertThat(refused(utf8(text))).hasMessage("The body has an object that names a member twice");
    }

    @Test
    void theSameNameInDifferentObjectsIsNoDuplicate() throws MalformedJson {
        StrictJson.check(utf8("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}"), DEPTH);
    }

    @Test
    void nestingStopsAtTheBound() throws MalformedJson {
        StrictJson.check(utf8("[".repeat(64) + "]".repeat(64)), DEPTH);

        MalformedJson refused = refused(utf8("[".repeat(65) + "]".repeat(65)));

        assertThat(place(refused)).isEqualTo("The body is nested deeper than 64 levels 1:65");
    }

    @Test
    void theDeepestBoundThatCanBeSetHolds() throws MalformedJson {
        StrictJson.check(utf8("{\"a\":".repeat(500) + "1" + "}".repeat(500)), 500);
        JsonNode tree = StrictJson.read(utf8("[".repeat(500) + "]".repeat(500)), 500);

        assertThat(tree.isArray()).isTrue();
    }

    @Test
    void aHundredThousandBracketsAreRefused() {
        assertThat(refused(utf8("[".repeat(100_000)))).hasMessage("The body is nested deeper than 64 levels");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedAtTheirPlace() {
        MalformedJson lone = refused(bytes('{', '\n', '"', 0xff, '"'));
        MalformedJson latin = refused(bytes('"', 0xe9, '"'));

        assertThat(place(lone)).isEqualTo("The body is not UTF-8 2:2");
        assertThat(place(latin)).isEqualTo("The body is not UTF-8 1:2");
    }

    @Test
    void otherFormsOfUnicodeAndItsMisspellingsAreRefused() {
        refused("{}".getBytes(StandardCharsets.UTF_16LE));
        refused("{}".getBytes(StandardCharsets.UTF_16));
        refused(bytes(0, 0, 0, '1'));
        assertThat(refused(bytes('"', 0xc0, 0xaf, '"'))).as("overlong slash").hasMessage("The body is not UTF-8");
        assertThat(refused(bytes('"', 0xed, 0xa0, 0x80, '"'))).as("surrogate").hasMessage("The body is not UTF-8");
        assertThat(refused(bytes('"', 0xf4, 0x90, 0x80, 0x80, '"')))
                .as("past the last")
                .hasMessage("The body is not UTF-8");
        assertThat(refused(bytes('"', 0xe2, 0x82))).as("cut").hasMessage("The body is not UTF-8");
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertThat(place(refused(utf8("\uFEFF{}")))).isEqualTo("The body begins with a byte order mark 1:1");
    }

    @Test
    void numbersThatOthersCouldNotReadAreRefused() {
        assertThat(refused(utf8("1".repeat(1_001)))).hasMessage("The body has a number or a name that is too long");
        assertThat(refused(utf8("1." + "1".repeat(1_001))))
                .hasMessage("The body has a number or a name that is too long");
        assertThat(place(refused(utf8("[1e401]")))).isEqualTo("The body has a number out of range 1:2");
        assertThat(refused(utf8("1E-999999999"))).hasMessage("The body has a number out of range");
        assertThat(refused(utf8("1e+99999999999999999999"))).hasMessage("The body has a number out of range");
    }

    @Test
    void numbersWithinReasonAreExact() throws MalformedJson {
        JsonNode tree = StrictJson.read(utf8("[0.1, 1e400, " + "9".repeat(1_000) + ", 9007199254740993]"), DEPTH);

        assertThat(tree.get(0).decimalValue()).hasToString("0.1");
        assertThat(tree.get(1).isBigDecimal()).isTrue();
        assertThat(tree.get(2).bigIntegerValue()).hasToString("9".repeat(1_000));
        assertThat(tree.get(3).longValue()).isEqualTo(9_007_199_254_740_993L);
    }

    @Test
    void namesAreOfBoundedLength() {
        assertThat(refused(utf8("{\"" + "n".repeat(60_000) + "\":1}")))
                .hasMessage("The body has a number or a name that is too long");
    }

    @Test
    void aMillionNamesThatCollideCostNoMoreThanOthers() throws MalformedJson {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 1 << 16; i++) {
            json.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 16; bit++) {
                json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            json.append("\":1");
        }

        JsonNode tree = StrictJson.read(utf8(json.append('}').toString()), DEPTH);

        assertThat(tree.size()).isEqualTo(1 << 16);
    }

    @Test
    void aStringOfTenMegabytesPasses() throws MalformedJson {
        JsonNode tree = StrictJson.read(utf8("\"" + "x".repeat(10 << 20) + "\""), DEPTH);

        assertThat(tree.stringValue()).hasSize(10 << 20);
    }
}
