package io.inferenceproxy.validate;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a head declares uncoded JSON in UTF-8, once and clearly. */
final class JsonMedia {

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);
    private static final List<String> CHARSETS = List.of("utf-8", "utf8", "us-ascii");

    private JsonMedia() {}

    /** What is wrong, as a sentence; empty when nothing is. */
    static Optional<String> refusal(Headers headers) {
        List<String> types = headers.all("Content-Type");
        if (types.size() != 1) {
            return Optional.of(
                    types.isEmpty()
                            ? "The request has no Content-Type; application/json is expected."
                            : "The request has more than one Content-Type; application/json is expected.");
        }
        if (!MediaType.parse(types.get(0)).isJson()) {
            return Optional.of("The Content-Type is not application/json, nor does it end in +json.");
        }
        Matcher charset = CHARSET.matcher(types.get(0));
        if (charset.find() && !CHARSETS.contains(charset.group(1).toLowerCase(Locale.ROOT))) {
            return Optional.of("The Content-Type names a charset other than UTF-8, in which JSON is written.");
        }
        boolean coded = headers.all("Content-Encoding").stream()
                .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
        return coded ? Optional.of("The body is coded; send it without a Content-Encoding.") : Optional.empty();
    }
}
