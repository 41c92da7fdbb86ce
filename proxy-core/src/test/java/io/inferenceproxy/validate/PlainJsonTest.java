package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the walk takes the parser takes too; of what is usual the walk takes all. */
class PlainJsonTest {

    private static final int DEPTH = 8;
    private static final int MUTATIONS = 60_000;
    private static final String[] PIECES = {
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\\u12aF",
        "\\ud800",
        "\\x",
        "\u00E9",
        "\u20AC",
        "\uD83D\uDE00",
        "\0",
        "\n",
        "1e400",
        "1e401",
        "-",
        "0",
        "00",
        "1.",
        ".5",
        "1E+5",
        "true",
        "nul",
        "\"a\":1",
        "\uFEFF",
        "\t",
        "\u007F"
    };

    private static boolean parserTakes(byte[] text) {
        try {
            StrictJson.check(text, DEPTH);
            return true;
        } catch (MalformedJson malformed) {
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isFine(String text) {
        return PlainJson.isFine(utf8(text), DEPTH);
    }

    private static void value(Random random, int depth, StringBuilder text) {
        space(random, text);
        int kind = random.nextInt(depth > 0 ? 9 : 6);
        switch (kind) {
            case 0 -> text.append(random.nextBoolean() ? "true" : "false");
            case 1 -> text.append("null");
            case 2 -> text.append(random.nextInt());
            case 3 -> text.append(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 4, 5 -> string(random, text);
            case 6, 7 -> {
                text.append('{');
                for (int i = random.nextInt(6); i > 0; i--) {
                    space(random, text);
                    text.append("\"name ").append(i).append('"');
                    space(random, text);
                    text.append(':');
                    value(random, depth - 1, text);
                    text.append(i > 1 ? "," : "");
                }
                space(random, text);
                text.append('}');
            }
            default -> {
                text.append('[');
                for (int i = random.nextInt(6); i > 0; i--) {
                    value(random, depth - 1, text);
                    text.append(i > 1 ? "," : "");
                }
                space(random, text);
                text.append(']');
            }
        }
        space(random, text);
    }

    private static void space(Random random, StringBuilder text) {
        if (random.nextInt(4) == 0) {
            text.append(" \n\r\t".charAt(random.nextInt(4)));
        }
    }

    private static void string(Random random, StringBuilder text) {
        text.append('"');
        for (int i = random.nextInt(40); i > 0; i--) {
            switch (random.nextInt(12)) {
                case 0 -> text.append("\\\"");
                case 1 -> text.append("\\u00e9");
                case 2 -> text.appendCodePoint(0x80 + random.nextInt(0x700));
                case 3 -> text.appendCodePoint(0xE000 + random.nextInt(0x1000));
                case 4 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        text.append('"');
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void jsonAsClientsWriteItIsTakenHoweverItIsSpaced(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            value(random, 4, text);

            assertThat(isFine(text.toString())).as(text.toString()).isTrue();
            assertThat(parserTakes(utf8(text.toString()))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void nothingIsTakenThatTheParserRefuses(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        int taken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder text = new StringBuilder();
            value(random, 3, text);
            byte[] bytes = utf8(text.toString());
            for (int change = 1 + random.nextInt(2); change > 0 && bytes.length > 0; change--) {
                bytes = changed(random, bytes);
            }
            boolean fine = PlainJson.isFine(bytes, DEPTH);
            if (fine) {
                taken++;
                assertThat(parserTakes(bytes))
                        .as("seed %d: %s", seed, new String(bytes, StandardCharsets.UTF_8))
                        .isTrue();
            } else {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS / 10);
        assertThat(taken).isGreaterThan(MUTATIONS / 20);
    }

    private static byte[] changed(Random random, byte[] bytes) {
        int at = random.nextInt(bytes.length);
        int skipped = random.nextInt(3);
        byte[] piece = switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) random.nextInt(256)};
            case 2 -> utf8(PIECES[random.nextInt(PIECES.length)]);
            default -> {
                int from = random.nextInt(bytes.length);
                yield Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(8)));
            }
        };
        byte[] rest = Arrays.copyOfRange(bytes, Math.min(bytes.length, at + skipped), bytes.length);
        byte[] all = Arrays.copyOf(bytes, at + piece.length + rest.length);
        System.arraycopy(piece, 0, all, at, piece.length);
        System.arraycopy(rest, 0, all, at + piece.length, rest.length);
        return all;
    }

    @Test
    void everyByteInEveryPlaceOfAWordIsSeen() {
        for (int length = 0; length < 20; length++) {
            for (int at = 0; at < length; at++) {
                for (int c = 0; c < 256; c++) {
                    byte[] bytes = utf8("[\"" + "x".repeat(length) + "\"]");
                    bytes[2 + at] = (byte) c;

                    assertThat(PlainJson.isFine(bytes, DEPTH))
                            .as("%d at %d of %d", c, at, length)
                            .isEqualTo(parserTakes(bytes));
                }
            }
        }
    }

    @Test
    void everyCharacterBeyondAsciiIsTakenAndEveryWrongFormOfOneRefused() {
        for (int first = 0x80; first < 0x100; first++) {
            for (int second = 0x70; second < 0x100; second++) {
                for (int tail : new int[] {0x22, 0x7F, 0x80, 0xBF, 0xC0}) {
                    byte[] bytes = utf8("\"    \"");
                    bytes[1] = (byte) first;
                    bytes[2] = (byte) second;
                    bytes[3] = (byte) tail;
                    bytes[4] = (byte) 0x80;
                    for (int length = 2; length <= 4; length++) {
                        byte[] text = Arrays.copyOf(bytes, length + 2);
                        text[length + 1] = '"';

                        assertThat(PlainJson.isFine(text, DEPTH))
                                .as("%x %x %x", first, second, tail)
                                .isEqualTo(parserTakes(text));
                    }
                }
            }
        }
    }

    @Test
    void theSameNameTwiceIsNotTakenAndInAnotherObjectItIs() {
        assertThat(isFine("{\"a\":1,\"b\":2,\"a\":3}")).isFalse();
        assertThat(isFine("{\"a\":{\"b\":1,\"a\":2},\"b\":[{\"a\":1},{\"a\":2}]}"))
                .isTrue();
        assertThat(isFine("{\"a\":{\"b\":1},\"a\":2}")).isFalse();
        assertThat(isFine("{\"a\":1,\"\\u0061\":2}")).isFalse();
    }

    @Test
    void nestingUpToTheBoundIsTaken() {
        assertThat(isFine("[".repeat(8) + "]".repeat(8))).isTrue();
        assertThat(isFine("[".repeat(9) + "]".repeat(9))).isFalse();
        assertThat(isFine("{\"a\":".repeat(8) + "1" + "}".repeat(8))).isTrue();
        assertThat(isFine("{\"a\":".repeat(9) + "1" + "}".repeat(9))).isFalse();
        assertThat(PlainJson.isFine(utf8("[".repeat(65) + "]".repeat(65)), 1_000))
                .as("deeper than it counts: for the parser")
                .isFalse();
    }

    @Test
    void whatIsUnusualIsLeftToTheParser() {
        StringBuilder members = new StringBuilder("{\"a\":0");
        for (int i = 0; i < 64; i++) {
            members.append(",\"").append(i).append("\":0");
        }

        assertThat(isFine(members.append('}').toString())).isFalse();
        assertThat(isFine("{\"" + "n".repeat(300) + "\":1}")).isFalse();
        assertThat(isFine("1".repeat(257))).isFalse();
        assertThat(isFine("{\"\\n\":1}")).isFalse();
        assertThat(isFine("{\"\u00E9\":1}")).isFalse();
        assertThat(isFine("{\"Aa\":1,\"BB\":2}")).isFalse();
    }

    @Test
    void oneTextLeavesNothingBehindForTheNext() {
        isFine("{\"a\":{\"b\":[{\"c\":");

        assertThat(isFine("{\"a\":{\"b\":[{\"c\":1}]}}")).isTrue();
    }
}
