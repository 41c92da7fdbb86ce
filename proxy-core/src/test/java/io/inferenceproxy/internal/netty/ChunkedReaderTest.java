package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.internal.netty.ChunkedReader.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks are read by the letter (RFC 9112 section 7.1), wherever what was read ends. */
class ChunkedReaderTest {

    private static final int LONGEST_TRAILERS = 1 << 10;
    private static final String END = "0\r\n\r\n";

    private final ChunkedReader reader = new ChunkedReader(LONGEST_TRAILERS);
    private final StringBuilder data = new StringBuilder();

    /** Reads a body from its beginning, cut at one place. */
    private Outcome read(String body, int cut) {
        reader.begin();
        data.setLength(0);
        Outcome outcome = readOn(body.substring(0, cut));
        return outcome == Outcome.MORE ? readOn(body.substring(cut)) : outcome;
    }

    private Outcome read(String body) {
        return read(body, body.length());
    }

    private Outcome readOn(String bytes) {
        ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
        Outcome outcome = reader.read(in, new Data());
        assertThat(outcome != Outcome.MORE || !in.isReadable())
                .as("all is read")
                .isTrue();
        int behind = in.readableBytes();
        assertThat(in.release()).as("nothing but the pieces holds the buffer").isTrue();
        assertThat(outcome == Outcome.END ? behind : 0)
                .as("what stands behind the body")
                .isEqualTo(behindEnd(bytes));
        return outcome;
    }

    /** In these tests what follows a body begins with a hash. */
    private static int behindEnd(String bytes) {
        int at = bytes.indexOf("#");
        return at < 0 ? 0 : bytes.length() - at;
    }

    /** Gathers the data. */
    private final class Data implements DecodedMessages<Object> {

        @Override
        public boolean wantsMessage() {
            return false;
        }

        @Override
        public void head(Object head) {
            throw new AssertionError("a head in a body");
        }

        @Override
        public void content(ByteBuf piece) {
            data.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }

        @Override
        public void end() {
            throw new AssertionError("the decoder tells the end");
        }

        @Override
        public void broken() {
            throw new AssertionError("the decoder tells that it is broken");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhello\r\n" + END,
                "2\r\nhe\r\n3\r\nllo\r\n" + END,
                "05;a=b\r\nhello\r\n000\r\n\r\n",
                "000000000000005\r\nhello\r\n" + END,
                "5 ;a\r\nhello\r\n0\t; b = \"c;\\\"\r\"\r\n\r\n",
                "5;a=\"\u00e9\";b\r\nhello\r\n" + END,
                "5\r\nhello\r\n0\r\nA: b\r\nContent-Length: 3\r\n\r\n",
                "5\r\nhello\r\n" + END + "#GET / HTTP/1.1"
            })
    void goodChunksAreReadWhereverTheyAreCut(String body) {
        String good = body.replace("\r\"", "\"");
        int end = good.indexOf('#') < 0 ? good.length() : good.indexOf('#');
        for (int cut = 0; cut <= end; cut++) {
            assertThat(read(good, cut)).as("cut at %d", cut).isEqualTo(Outcome.END);
            assertThat(data).as("cut at %d", cut).hasToString("hello");
        }
    }

    @Test
    void theEndIsNotToldBeforeItIsThere() {
        String body = "5;a\r\nhello\r\n0\r\nA: b\r\n\r\n";
        for (int length = 0; length < body.length(); length++) {
            assertThat(read(body.substring(0, length)))
                    .as("the first %d", length)
                    .isEqualTo(Outcome.MORE);
        }
    }

    @Test
    void dataMayBeAnything() {
        assertThat(read("8\r\n0\r\n\r\n\0\r\n\r\n" + END)).isEqualTo(Outcome.END);
        assertThat(data).hasToString("0\r\n\r\n\0\r\n");
    }

    @Test
    void digitsAreReadInEitherCase() {
        assertThat(read("a\r\n0123456789\r\nA\r\n0123456789\r\n1f\r\n" + "x".repeat(31) + "\r\n" + END))
                .isEqualTo(Outcome.END);
        assertThat(data).hasSize(51);
    }

    @Test
    void aBodyBehindAnotherBeginsAnew() {
        assertThat(read("5\r\nhe")).isEqualTo(Outcome.MORE);
        assertThat(read("2\r\nhi\r\n0\r\nA")).isEqualTo(Outcome.MORE);
        assertThat(read("2\r\nyo\r\n" + END)).isEqualTo(Outcome.END);
        assertThat(data).hasToString("yo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fffffffff", "80000000", "7fffffff", "fffffffffffffff"})
    void largeChunksAreWaitedFor(String size) {
        assertThat(read(size + "\r\nhello")).isEqualTo(Outcome.MORE);
        assertThat(data).hasToString("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                " 5\r\n",
                "\t5\r\n",
                "+5\r\n",
                "-5\r\n",
                "0x5\r\n",
                "5g\r\n",
                "g\r\n",
                ";a\r\n",
                "5,5\r\n",
                "5.\r\n",
                "/\r\n",
                ":\r\n",
                "@\r\n",
                "`\r\n",
                "5\0\r\n",
                "5\u000b\r\n",
                "\u00b2\r\n",
                "\u00b5\r\n"
            })
    void aSizeHasHexadecimalDigitsAlone(String line) {
        assertBroken(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000005",
                "0000000000000000",
                "1000000000000000",
                "ffffffffffffffff",
                "10000000000000005"
            })
    void sixteenDigitsAreTooManyEvenWhenTheyAreZeros(String digits) {
        assertBroken(digits + "\r\nhello\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\n",
                "5\r5",
                "5\r\r\n",
                "5 \r\n",
                "5\t\r\n",
                "5;\r\n",
                "5; \r\n",
                "5;a \r\n",
                "5;a=\r\n",
                "5;=b\r\n",
                "5;a=b c\r\n",
                "5 a\r\n",
                "5;a\n",
                "5;a\nb\r\n",
                "5;a\rb\r\n",
                "5;a=\"\r\n",
                "5;a=\"b\\\r\n",
                "5;a=\"\n\"\r\n",
                "5;a=\"\r\"\r\n",
                "5;a=\"b\"c\r\n",
                "5;a\0\r\n",
                "5;a=\"\0\"\r\n",
                "5;\u00e9\r\n",
                "5;a=b=c\r\n",
                "5;;a\r\n"
            })
    void anExtensionIsByTheGrammar(String line) {
        assertBroken(line + "hello\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhelloXX",
                "5\r\nhello\n0",
                "5\r\nhello\r0",
                "5\r\nhello0",
                "5\r\nhello\r\r\n",
                "5\r\nhello \r\n",
                "5\r\nhello\0"
            })
    void dataEndsWithItsLine(String body) {
        assertBroken(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n\n",
                "0\r\n\rA",
                "0\r\nA: b\r\n c\r\n\r\n",
                "0\r\nA : b\r\n\r\n",
                "0\r\n: b\r\n\r\n",
                "0\r\nA\r\n\r\n",
                "0\r\nA: b\nC: d\r\n\r\n",
                "0\r\nA: b\0\r\n\r\n",
                "0\r\n \r\n\r\n"
            })
    void trailersAreFields(String body) {
        assertBroken(body);
    }

    private void assertBroken(String body) {
        for (int cut = 0; cut < body.length(); cut++) {
            assertThat(read(body, cut)).as("cut at %d", cut).isEqualTo(Outcome.BROKEN);
        }
    }

    @Test
    void extensionsMayHaveOneKilobyte() {
        String longest = ";" + "a".repeat((1 << 10) - 1);

        assertThat(read("5" + longest + "\r\nhello\r\n0" + longest + "\r\n\r\n"))
                .isEqualTo(Outcome.END);
        assertThat(read("5" + longest + "a\r\nhello\r\n" + END)).isEqualTo(Outcome.BROKEN);
        assertThat(read("5" + " ".repeat(1 << 10) + ";a\r\nhello\r\n" + END)).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void trailersMayBeAsLongAsAllowed() {
        String longest = "A: " + "b".repeat(LONGEST_TRAILERS - 7) + "\r\n\r\n";

        assertThat(longest).hasSize(LONGEST_TRAILERS);
        assertThat(read("0\r\n" + longest, 500)).isEqualTo(Outcome.END);
        assertThat(read("0\r\nA" + longest, 500)).isEqualTo(Outcome.BROKEN);
        assertThat(read("0\r\n" + "a: b\r\n".repeat(LONGEST_TRAILERS))).isEqualTo(Outcome.BROKEN);
    }
}
