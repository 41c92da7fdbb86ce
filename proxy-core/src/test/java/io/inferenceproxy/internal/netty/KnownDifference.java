package io.inferenceproxy.internal.netty;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the scanner and Netty's decoders under their guard take differently: all of it, each known by a look at the bytes of
 * the message that shares nothing with either. The last three are those in which the scanner takes what Netty refuses; there
 * RFC 9112 wants it taken.
 */
enum KnownDifference {
    /** Netty skips line ends of any kind in front, and control characters around the words. */
    REQUEST_LINE("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", message -> !message.hasProperRequestLine()),

    /** Netty parts the words at tabs and many spaces too, and looks neither at capitals nor at the reason. */
    STATUS_LINE("HTTP/1.1\t204  No\r\n\r\n", message -> !message.hasProperStatusLine()),

    /** Netty allows white space behind the names of an answer's fields. */
    SPACE_BEFORE_COLON(
            "HTTP/1.1 200 \r\nContent-Length : 0\r\n\r\n",
            message ->
                    Pattern.compile("\n[^\n:]*[ \t]:").matcher(message.head()).find()),

    /** Netty makes one length of several that are alike, in HTTP/1.0. */
    LENGTHS_OF_1_0(
            "POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            message -> message.head().contains("HTTP/1.0") && message.values("content-length") > 1),

    /** Netty does not count empty lines in front, nor the line ends of trailers. */
    TOO_LONG(
            "\r\n".repeat(Bounds.LONGEST_HEAD / 2) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            message -> message.headLength() > Bounds.LONGEST_HEAD
                    || message.trailers().length() > Bounds.LONGEST_TRAILERS),

    /** Netty takes any number of zeros in front of the size of a chunk. */
    MANY_DIGITS(
            Bounds.CHUNKED + "0000000000000001\r\nx\r\n0\r\n\r\n",
            message -> message.sizeLines().stream()
                    .anyMatch(line -> Anatomy.digits(line).length() > 15)),

    /** Netty takes white space at the end of the line, and extensions without a name. */
    CHUNK_EXTENSION(
            Bounds.CHUNKED + "1;\r\nx\r\n0\r\n\r\n",
            message -> message.sizeLines().stream()
                    .map(Anatomy::extensions)
                    .anyMatch(each -> each.length() > Bounds.LONGEST_EXTENSIONS || !Anatomy.areProper(each))),

    /** Netty joins lines in trailers, and lets white space stand before a colon there. */
    TRAILERS(Bounds.CHUNKED + "0\r\na: b\r\n c\r\n\r\n", message -> !message.hasProperTrailers()),

    /** A chunk may have 2 GiB and more, for which Netty's number is too small (RFC 9112 section 7.1). */
    LARGE_CHUNK(
            Bounds.CHUNKED + "80000000\r\nx",
            message -> message.sizeLines().stream()
                    .map(Anatomy::digits)
                    .anyMatch(each ->
                            each.length() < 16 && !each.isEmpty() && Long.parseLong(each, 16) > Integer.MAX_VALUE)),

    /** A quoted string may have bytes beyond ASCII, over which Netty stumbles (RFC 9110 section 5.6.4). */
    BEYOND_ASCII_IN_QUOTES(
            Bounds.CHUNKED + "1;a=\"\u00e9\"\r\nx\r\n0\r\n\r\n",
            message -> message.sizeLines().stream()
                    .map(Anatomy::extensions)
                    .anyMatch(each ->
                            Pattern.compile("[\\x80-\\xff]").matcher(each).find() && Anatomy.areProper(each))),

    /** White space behind a value is to be read over (RFC 9112 section 7.1.1). */
    SPACE_BEHIND_VALUE(
            Bounds.CHUNKED + "1;a=b ;c\r\nx\r\n0\r\n\r\n",
            message -> message.sizeLines().stream()
                    .map(Anatomy::extensions)
                    .anyMatch(each -> Pattern.compile("=[^\"]*[^\" \t=][ \t]+;")
                                    .matcher(each)
                                    .find()
                            && Anatomy.areProper(each)));

    private final String example;

    @SuppressWarnings("ImmutableEnumChecker") // a look changes nothing
    private final Predicate<Anatomy> look;

    KnownDifference(String example, Predicate<Anatomy> look) {
        this.example = example;
        this.look = look;
    }

    /** A message that is taken differently for this reason. */
    String example() {
        return example;
    }

    /** Whether it is the scanner that takes the message. */
    boolean isLaxer() {
        return compareTo(LARGE_CHUNK) >= 0;
    }

    boolean explains(Anatomy message) {
        return look.test(message);
    }

    /** What the decoders are given in these tests, or have. */
    static final class Bounds {

        static final int LONGEST_HEAD = 16 << 10;
        private static final int LONGEST_TRAILERS = 16 << 10;
        private static final int LONGEST_EXTENSIONS = 1 << 10;
        private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

        private Bounds() {}
    }
}
