package io.inferenceproxy.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The path and query of a request, in the one form that is both matched and forwarded.
 *
 * <p>The canonical path starts with a slash; escapes of unreserved characters are decoded, all others keep their escape
 * with hexadecimal digits in capitals (RFC 3986 section 6.2.2). What servers disagree about is refused, not repaired:
 * dot segments and their encodings, also twice encoded; empty segments; {@code ;} and {@code \} and their encodings;
 * control characters; escapes that are not UTF-8. {@code %2F} stays as it is and never separates.
 *
 * @param path the canonical path
 * @param query what follows the {@code ?} with it in front, as sent; empty when there is none
 */
public record RequestTarget(String path, String query) {

    /** {@code *} of {@code OPTIONS *} (RFC 9112 section 3.2.4): about the server, so no route's. */
    public static final RequestTarget ASTERISK = new RequestTarget("*", "");

    private static final Pattern ENCODED_SLASH = Pattern.compile("%2F|%252F|%252f");

    /** {@code /} without a query. */
    public static final RequestTarget ROOT = new RequestTarget("/", "");

    /**
     * Reads a target in origin form.
     *
     * @throws Malformed when it is none, with a reason that is fit for the client
     */
    public static RequestTarget parse(String target) throws Malformed {
        int question = target.indexOf('?');
        String raw = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question);
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                throw new Malformed("the query has a character that must be percent-encoded");
            }
        }
        return new RequestTarget(canonical(raw), query);
    }

    /** Path and query together. */
    @Override
    public String toString() {
        return query.isEmpty() ? path : path.concat(query);
    }

    private static String canonical(String raw) throws Malformed {
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            throw new Malformed("the request target does not start with a slash");
        }
        if (isPlain(raw)) {
            return raw;
        }
        StringBuilder path = new StringBuilder(raw.length());
        boolean beyondAscii = false;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) * 16 + hex(raw.charAt(i + 2)) : -1;
                if (value < 0) {
                    throw new Malformed("the path has a percent sign without two hexadecimal digits");
                }
                i += 2;
                beyondAscii |= value >= 0x80;
                appendEscape(path, value);
            } else {
                path.append(checked(c));
            }
        }
        if (beyondAscii) {
            requireUtf8(path);
        }
        String canonical = path.toString();
        requireSegments(canonical);
        return canonical;
    }

    /** Whether the path has only characters that need no thought, and no segment that begins with a dot. */
    private static boolean isPlain(String raw) {
        char before = 'a';
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            boolean plain = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c == '.' && before != '/'
                    || c == '/' && before != '/';
            if (!plain) {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static char checked(char c) throws Malformed {
        if (c <= ' ' || c >= 0x7f || c == '#') {
            throw new Malformed("the path has a character that must be percent-encoded");
        }
        if (c == '\\' || c == ';') {
            throw new Malformed("the path has a backslash or a semicolon");
        }
        return c;
    }

    private static void appendEscape(StringBuilder path, int value) throws Malformed {
        if (value < 0x20 || value == 0x7f) {
            throw new Malformed("the path has an encoded control character");
        }
        if (value == '\\' || value == ';') {
            throw new Malformed("the path has an encoded backslash or semicolon");
        }
        boolean unreserved = value >= 'a' && value <= 'z'
                || value >= 'A' && value <= 'Z'
                || value >= '0' && value <= '9'
                || value == '-'
                || value == '.'
                || value == '_'
                || value == '~';
        if (unreserved) {
            path.append((char) value);
        } else {
            path.append('%').append(digit(value >> 4)).append(digit(value & 15));
        }
    }

    private static void requireSegments(String path) throws Malformed {
        int start = 1;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            boolean last = end < 0;
            String segment = path.substring(start, last ? path.length() : end);
            if (segment.isEmpty() && !last) {
                throw new Malformed("the path has an empty segment");
            }
            if (isDots(segment.replace("%252E", ".").replace("%252e", "."))) {
                throw new Malformed("the path has a dot segment");
            }
            if (last) {
                return;
            }
            start = end + 1;
        }
    }

    /** Also a dot segment in front of an encoded slash counts, since some servers decode before they split. */
    private static boolean isDots(String segment) {
        if (segment.indexOf('.') < 0) {
            return false;
        }
        for (String part : ENCODED_SLASH.split(segment, -1)) {
            if (part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static void requireUtf8(CharSequence path) throws Malformed {
        ByteBuffer bytes = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                bytes.put((byte) (hex(path.charAt(i + 1)) * 16 + hex(path.charAt(i + 2))));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
        } catch (CharacterCodingException notUtf8) {
            throw new Malformed("the path has escapes that are not UTF-8");
        }
    }

    private static char digit(int value) {
        return (char) (value < 10 ? '0' + value : 'A' + value - 10);
    }

    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1_000;
    }

    /** The target cannot be served; the reason quotes nothing of it and is fit for the client. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Malformed(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }
}
