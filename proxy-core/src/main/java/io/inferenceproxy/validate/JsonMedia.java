package io.inferenceproxy.validate;

import io.inferenceproxy.http.FieldValue;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import java.util.List;
import java.util.Optional;

/** Whether a head declares uncoded JSON in UTF-8, once and clearly. */
final class JsonMedia {

    private static final FieldValue PLAIN = FieldValue.of("application/json");
    private static final String CHARSET = "charset";
    private static final List<String> CHARSETS = List.of("utf-8", "utf8", "us-ascii");

    private JsonMedia() {}

    /** What is wrong, as a sentence; empty when nothing is. */
    static Optional<String> refusal(Headers headers) {
        int types = headers.count("Content-Type");
        if (types != 1) {
            return Optional.of(
                    types == 0
                            ? "The request has no Content-Type; application/json is expected."
                            : "The request has more than one Content-Type; application/json is expected.");
        }
        if (!headers.value("Content-Type").isSame(PLAIN)) {
            String type = headers.first("Content-Type").orElse("");
            if (!MediaType.parse(type).isJson()) {
                return Optional.of("The Content-Type is not application/json, nor does it end in +json.");
            }
            if (namesOtherCharset(type)) {
                return Optional.of("The Content-Type names a charset other than UTF-8, in which JSON is written.");
            }
        }
        boolean coded = headers.contains("Content-Encoding")
                && headers.all("Content-Encoding").stream()
                        .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
        return coded ? Optional.of("The body is coded; send it without a Content-Encoding.") : Optional.empty();
    }

    private static boolean namesOtherCharset(String type) {
        for (int semicolon = type.indexOf(';'); semicolon >= 0; semicolon = type.indexOf(';', semicolon + 1)) {
            int name = space(type, semicolon + 1);
            int equals = space(type, name + CHARSET.length());
            if (type.regionMatches(true, name, CHARSET, 0, CHARSET.length())
                    && equals < type.length()
                    && type.charAt(equals) == '=') {
                return !isUtf8(type, space(type, equals + 1));
            }
        }
        return false;
    }

    private static boolean isUtf8(String type, int at) {
        int from = at < type.length() && type.charAt(at) == '"' ? at + 1 : at;
        int to = from;
        while (to < type.length() && "\"; \t".indexOf(type.charAt(to)) < 0) {
            to++;
        }
        for (String charset : CHARSETS) {
            if (charset.length() == to - from && type.regionMatches(true, from, charset, 0, charset.length())) {
                return true;
            }
        }
        return false;
    }

    private static int space(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
