package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.inferenceproxy.internal.http1.HeadScanner.FirstLine;
import io.inferenceproxy.internal.http1.HeadScanner.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where things stand in a head, however it comes; and that what is not by the letter is refused, however it comes. */
class HeadScannerTest {

    private static final int LONGEST = 1 << 10;
    private static final String HEAD =
            "POST /a?b HTTP/1.1\r\nHost: a\r\nA:b\r\nEmpty:\r\nBlank: \t \r\nSpaced: \t c d \t\r\n\r\n";

    private static HeadScanner requests() {
        return new HeadScanner(FirstLine.REQUEST, LONGEST);
    }

    private static HeadScanner answers() {
        return new HeadScanner(FirstLine.STATUS, LONGEST);
    }

    private static List<String> seenIn(HeadScanner scanner) {
        byte[] block = scanner.block();
        List<String> seen = new ArrayList<>();
        seen.add(text(block, scanner.firstLineAt(), scanner.firstWordEnd()));
        seen.add(text(block, scanner.firstWordEnd() + 1, scanner.secondWordEnd()));
        seen.add(text(block, scanner.secondWordEnd() + 1, scanner.firstLineEnd()));
        FieldLines fields = scanner.fields();
        fields.forEach((name, value) -> seen.add(name + "=" + value));
        return seen;
    }

    private static String text(byte[] block, int from, int to) {
        return new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Test
    void aHeadIsSeenAsItStands() {
        HeadScanner scanner = requests();

        assertThat(Pieces.feed(scanner, HEAD)).isEqualTo(Outcome.WHOLE);
        assertThat(scanner.end()).isEqualTo(HEAD.length());
        assertThat(seenIn(scanner))
                .containsExactly("POST", "/a?b", "HTTP/1.1", "Host=a", "A=b", "Empty=", "Blank=", "Spaced=c d");
    }

    @Test
    void cutAnywhereItIsTheSame() {
        HeadScanner whole = requests();
        Pieces.feed(whole, HEAD);
        for (int cut = 1; cut < HEAD.length(); cut++) {
            HeadScanner scanner = requests();

            assertThat(Pieces.feed(scanner, Pieces.bytes(HEAD), cut)).isEqualTo(Outcome.WHOLE);
            assertThat(seenIn(scanner)).as("cut at %d", cut).isEqualTo(seenIn(whole));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void inSmallPiecesItIsTheSame(int size) {
        HeadScanner whole = requests();
        Pieces.feed(whole, HEAD);
        HeadScanner scanner = requests();

        assertThat(Pieces.feedInPieces(scanner, Pieces.bytes(HEAD), size)).isEqualTo(Outcome.WHOLE);
        assertThat(seenIn(scanner)).isEqualTo(seenIn(whole));
    }

    @Test
    void itGoesOnToItsLastByte() {
        for (int length = 0; length < HEAD.length(); length++) {
            assertThat(Pieces.feed(requests(), HEAD.substring(0, length)))
                    .as("the first %d bytes", length)
                    .isEqualTo(Outcome.MORE);
        }
    }

    @Test
    void whatStandsBehindItIsNotItsOwn() {
        HeadScanner scanner = requests();

        assertThat(Pieces.feed(scanner, HEAD + "\0body")).isEqualTo(Outcome.WHOLE);
        assertThat(scanner.end()).isEqualTo(HEAD.length());
        assertThat(scanner.filled() - scanner.end()).isEqualTo(5);
    }

    @Test
    void emptyLinesInFrontOfARequestAreSkipped() {
        String lines = "\r\n\r\n";
        for (int cut = 1; cut < lines.length() + 20; cut++) {
            HeadScanner scanner = requests();

            assertThat(Pieces.feed(scanner, Pieces.bytes(lines + HEAD), cut)).isEqualTo(Outcome.WHOLE);
            assertThat(seenIn(scanner)).as("cut at %d", cut).startsWith("POST", "/a?b", "HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\r\n", "\r\n\r", "\r\n\r\n"})
    void noHeadHasBegunWithAnEmptyLine(String lines) {
        HeadScanner scanner = requests();

        Pieces.feedInPieces(scanner, Pieces.bytes(lines), 1);
        assertThat(scanner.begun()).isFalse();

        Pieces.feed(scanner, lines.endsWith("\r") ? "\nG" : "G");
        assertThat(scanner.begun()).isTrue();
    }

    @Test
    void theNextHeadHasABlockOfItsOwn() {
        HeadScanner scanner = requests();
        Pieces.feed(scanner, HEAD);
        FieldLines first = scanner.fields();

        scanner.reset();
        assertThat(scanner.begun()).isFalse();
        assertThat(Pieces.feed(scanner, HEAD.replace("Host: a", "Host: b"))).isEqualTo(Outcome.WHOLE);

        assertThat(first.first("host")).contains("a");
        assertThat(scanner.fields().first("host")).contains("b");
    }

    @Test
    void aBrokenHeadDoesNotSpoilTheNext() {
        HeadScanner scanner = requests();
        Pieces.feed(scanner, "GET / HTTP/1.1\r\nA: b\r\n \r\n");
        scanner.reset();

        assertThat(Pieces.feed(scanner, HEAD)).isEqualTo(Outcome.WHOLE);
        assertThat(scanner.violation()).isEmpty();
        assertThat(seenIn(scanner)).hasSize(8);
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNotByTheLetterIsBroken(String head, String violation) {
        for (int cut = 1; cut < head.length(); cut++) {
            HeadScanner scanner = head.startsWith("HTTP") ? answers() : requests();

            assertThat(Pieces.feed(scanner, Pieces.bytes(head), cut))
                    .as("cut at %d", cut)
                    .isEqualTo(Outcome.BROKEN);
            assertThat(scanner.violation()).as("cut at %d", cut).isEqualTo(violation);
        }
    }

    static Stream<Arguments> whatIsNotByTheLetterIsBroken() {
        String line = "GET / HTTP/1.1\r\n";
        return Stream.of(
                arguments("\n" + line, "the method is not a token with one space behind it"),
                arguments(" " + line, "the method is not a token with one space behind it"),
                arguments("G(T / HTTP/1.1\r\n", "the method is not a token with one space behind it"),
                arguments("G\u00e9T / HTTP/1.1\r\n", "the method is not a token with one space behind it"),
                arguments("GET\t/ HTTP/1.1\r\n", "the method is not a token with one space behind it"),
                arguments("GET\r\n", "the method is not a token with one space behind it"),
                arguments("\rGET / HTTP/1.1\r\n", "a bare CR"),
                arguments("\r\r\nGET / HTTP/1.1\r\n", "a bare CR"),
                arguments("GET  / HTTP/1.1\r\n", "the request line is not three words"),
                arguments("GET /\r\n", "the request line is not three words"),
                arguments("GET /\n HTTP/1.1\r\n", "the request line is not three words"),
                arguments("GET /\u007f HTTP/1.1\r\n", "the request line is not three words"),
                arguments("GET / HTTP/1.1 \r\n", "the version has no line end behind it"),
                arguments("GET / HTTP/1.1\n\n", "the version has no line end behind it"),
                arguments("GET / HTTP/1.1\t\r\n", "the version has no line end behind it"),
                arguments("GET / HTTP/1.1\r \n", "a bare CR"),
                arguments("GET / HTTP/1.1\r\r\n", "a bare CR"),
                arguments(line + " A: b\r\n", "a line that begins with white space"),
                arguments(line + "A: b\r\n\tc\r\n", "a line that begins with white space"),
                arguments(line + "A : b\r\n", "no colon behind the name of a field"),
                arguments(line + "A\t: b\r\n", "no colon behind the name of a field"),
                arguments(line + "A\r\n", "no colon behind the name of a field"),
                arguments(line + "A\u00e9: b\r\n", "no colon behind the name of a field"),
                arguments(line + ": b\r\n", "the name of a field is not a token"),
                arguments(line + "(A: b\r\n", "the name of a field is not a token"),
                arguments(line + "\0A: b\r\n", "the name of a field is not a token"),
                arguments(line + "A: b\0\r\n", "a control character in a field"),
                arguments(line + "A: b\n\r\n", "a control character in a field"),
                arguments(line + "A: b\rC: d\r\n", "a control character in a field"),
                arguments(line + "A:\u007f\r\n", "a control character in a field"),
                arguments(line + "A: b\r\r\n\n", "a control character in a field"),
                arguments(line + "\n\n", "a bare LF"),
                arguments(line + "\r\r\n", "a bare CR"),
                arguments(line + "\rA: b\r\n", "a bare CR"),
                arguments("HTTP/1.1\r\n", "the status line has no space behind its version"),
                arguments("HTTP/1.1\t200 OK\r\n", "the status line has no space behind its version"),
                arguments("HTTP/1.1 200\tOK\r\n", "the status has neither a space nor a line end behind it"),
                arguments("HTTP/1.1 200\n\n", "the status has neither a space nor a line end behind it"),
                arguments("HTTP/1.1 200 O\0K\r\n", "a control character in the status line"),
                arguments("HTTP/1.1 200 OK\n\n", "a control character in the status line"),
                arguments("HTTP/1.1 200 OK\r\r\n", "a bare CR"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 \r\n\r\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.1 200 Not\tso bad  \r\n\r\n",
                "HTTP/1.1 200 \u00e9t\u00e9\r\nA: b\r\n\r\n"
            })
    void theReasonOfAStatusIsAnyText(String head) {
        for (int cut = 1; cut < head.length(); cut++) {
            HeadScanner scanner = answers();

            assertThat(Pieces.feed(scanner, Pieces.bytes(head), cut))
                    .as("cut at %d", cut)
                    .isEqualTo(Outcome.WHOLE);
            assertThat(text(scanner.block(), scanner.firstWordEnd() + 1, scanner.secondWordEnd()))
                    .isEqualTo("200");
        }
    }

    @Test
    void anAnswerDoesNotBeginWithAnEmptyLine() {
        assertThat(Pieces.feed(answers(), "\r\nHTTP/1.1 200 OK\r\n\r\n")).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void eachOctetIsTakenWhereItMayStandAndNowhereElse() {
        for (int octet = 0; octet < 256; octet++) {
            char c = (char) octet;
            boolean visible = octet > ' ' && octet != 0x7f;
            boolean text = visible || c == ' ' || c == '\t';
            boolean token = Octets.isToken((byte) octet);

            assertTaken(c, token, "GET / HTTP/1.1\r\na" + c + "b: c\r\n\r\n", c == ':');
            assertTaken(c, text, "GET / HTTP/1.1\r\na: b" + c + "c\r\n\r\n", false);
            assertTaken(c, visible, "GET /a" + c + "b HTTP/1.1\r\n\r\n", false);
            assertTaken(c, token, "G" + c + "T / HTTP/1.1\r\n\r\n", false);
        }
    }

    private static void assertTaken(char octet, boolean expected, String head, boolean exception) {
        assertThat(Pieces.feed(requests(), head))
                .as("octet %d in %s", (int) octet, head)
                .isEqualTo(expected || exception ? Outcome.WHOLE : Outcome.BROKEN);
    }

    @Test
    void aHeadMayBeAsLongAsAllowedAndNoLonger() {
        String start = "GET / HTTP/1.1\r\nA: ";
        String longest = start + "b".repeat(LONGEST - start.length() - 4) + "\r\n\r\n";
        for (int size : new int[] {1, 7, 100, LONGEST}) {
            assertThat(Pieces.feedInPieces(requests(), Pieces.bytes(longest), size))
                    .isEqualTo(Outcome.WHOLE);
            assertThat(Pieces.feedInPieces(requests(), Pieces.bytes(longest.replaceFirst("b", "bb")), size))
                    .isEqualTo(Outcome.TOO_LONG);
        }
    }

    @Test
    void itTellsALongFirstLineFromManyFields() {
        HeadScanner longLine = requests();
        HeadScanner manyFields = requests();

        assertThat(Pieces.feed(longLine, "GET /" + "a".repeat(LONGEST))).isEqualTo(Outcome.TOO_LONG);
        assertThat(Pieces.feed(manyFields, "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(LONGEST)))
                .isEqualTo(Outcome.TOO_LONG);
        assertThat(longLine.stoppedInFirstLine()).isTrue();
        assertThat(manyFields.stoppedInFirstLine()).isFalse();
    }

    @Test
    void emptyLinesWithoutEndAreTooLong() {
        assertThat(Pieces.feed(requests(), "\r\n".repeat(LONGEST))).isEqualTo(Outcome.TOO_LONG);
    }

    @Test
    void trailersHaveNoFirstLine() {
        String trailers = "A: b\r\nC: d\r\n\r\n";
        for (int cut = 1; cut < trailers.length(); cut++) {
            HeadScanner scanner = HeadScanner.ofTrailers(LONGEST);

            assertThat(Pieces.feed(scanner, Pieces.bytes(trailers), cut)).isEqualTo(Outcome.WHOLE);
            assertThat(scanner.fields().first("c")).contains("d");
        }
        assertThat(Pieces.feed(HeadScanner.ofTrailers(LONGEST), "\r\n")).isEqualTo(Outcome.WHOLE);
        assertThat(Pieces.feed(HeadScanner.ofTrailers(LONGEST), "A: b\r\n c\r\n\r\n"))
                .isEqualTo(Outcome.BROKEN);
        assertThat(Pieces.feed(HeadScanner.ofTrailers(LONGEST), "a: b\r\n".repeat(LONGEST)))
                .isEqualTo(Outcome.TOO_LONG);
    }
}
