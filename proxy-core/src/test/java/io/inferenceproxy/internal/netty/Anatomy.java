package io.inferenceproxy.internal.netty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message taken apart the plain way, by the grammar of RFC 9112 as regular expressions: a view of it that shares nothing
 * with a decoder.
 *
 * @param whole all bytes from its first on, also those behind it, as Latin-1
 * @param head up to its empty line; less what line ends stand in front
 * @param sizeLines the lines of a chunked body that tell sizes, as far as they can be followed
 * @param trailers what follows the last of them, up to an empty line; empty when it is not reached
 */
record Anatomy(String whole, String head, List<String> sizeLines, String trailers) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String QUOTED = "\"([\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\" + TEXT + ")*\"";
    private static final String EXTENSION =
            "[ \\t]*;[ \\t]*" + TOKEN + "([ \\t]*=[ \\t]*(" + TOKEN + "|" + QUOTED + "))?";
    private static final Pattern SIZE = Pattern.compile("[0-9A-Fa-f]{1,300}");
    private static final Pattern EXTENSIONS = Pattern.compile("(" + EXTENSION + ")*");
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(\\r\\n)*" + TOKEN + " [\\x21-\\x7e\\x80-\\xff]+ HTTP/\\d\\.\\d\\r\\n");
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] \\d{3}( " + TEXT + "*)?\\r\\n");
    private static final Pattern FIELD_LINES = Pattern.compile("(" + TOKEN + ":" + TEXT + "*\\r\\n)*\\r\\n");

    static Anatomy of(byte[] bytes, int from) {
        String whole = new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1);
        int begin = 0;
        while (begin < whole.length() && (whole.charAt(begin) == '\r' || whole.charAt(begin) == '\n')) {
            begin++;
        }
        int end = whole.indexOf("\r\n\r\n", begin);
        if (end < 0) {
            return new Anatomy(whole, whole.substring(begin), List.of(), "");
        }
        String head = whole.substring(begin, end + 4);
        boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding");
        return chunked ? chunked(whole, head, end + 4) : new Anatomy(whole, head, List.of(), "");
    }

    private static Anatomy chunked(String whole, String head, int from) {
        List<String> lines = new ArrayList<>();
        int at = from;
        while (at < whole.length()) {
            int end = whole.indexOf("\r\n", at);
            String line = whole.substring(at, end < 0 ? whole.length() : end);
            lines.add(line);
            Matcher size = SIZE.matcher(line);
            if (end < 0 || !size.lookingAt() || size.end() > 15) {
                break;
            }
            long data = Long.parseLong(size.group(), 16);
            if (data == 0) {
                return new Anatomy(whole, head, lines, trailers(whole.substring(end + 2)));
            }
            if (data > whole.length()) {
                break;
            }
            at = end + 2 + (int) data + 2;
        }
        return new Anatomy(whole, head, lines, "");
    }

    private static String trailers(String rest) {
        int end = rest.indexOf("\r\n\r\n");
        return rest.startsWith("\r\n") ? "\r\n" : end < 0 ? rest : rest.substring(0, end + 4);
    }

    boolean hasProperRequestLine() {
        return REQUEST_LINE.matcher(whole).lookingAt();
    }

    boolean hasProperStatusLine() {
        return STATUS_LINE.matcher(whole).lookingAt();
    }

    boolean hasProperTrailers() {
        return trailers.isEmpty() || FIELD_LINES.matcher(trailers).matches();
    }

    /** Up to the end of its head, with all that stands in front. */
    int headLength() {
        return whole.indexOf(head) + head.length();
    }

    /** The digits at the beginning of a line. */
    static String digits(String sizeLine) {
        Matcher size = SIZE.matcher(sizeLine);
        return size.lookingAt() ? size.group() : "";
    }

    /** What follows them. */
    static String extensions(String sizeLine) {
        return sizeLine.substring(digits(sizeLine).length());
    }

    static boolean areProper(String extensions) {
        return EXTENSIONS.matcher(extensions).matches();
    }

    /** How many fields there are whose name begins like this, and how many values they have. */
    int values(String name) {
        int values = 0;
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name)) {
                values += line.split(",", -1).length;
            }
        }
        return values;
    }
}
