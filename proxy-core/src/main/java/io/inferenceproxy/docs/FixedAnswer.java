package io.inferenceproxy.docs;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An answer that was made once: with a strong {@code ETag}, to be asked again each time, and 304 to whoever has it already
 * (RFC 9110 section 13.1.2).
 */
final class FixedAnswer {

    private final String etag;
    private final ProxyResponse full;
    private final ProxyResponse notModified;

    private FixedAnswer(String mediaType, byte[] content, Headers more) {
        this.etag = '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(content)) + '"';
        Headers fields = Headers.of(
                        "Content-Type", mediaType,
                        "Cache-Control", "no-cache",
                        "ETag", etag,
                        "X-Content-Type-Options", "nosniff",
                        "Referrer-Policy", "no-referrer")
                .overlaidWith(more);
        this.full = ProxyResponse.of(200, fields, Body.of(content));
        this.notModified = ProxyResponse.of(
                304, Headers.of("Cache-Control", "no-cache", "ETag", etag).overlaidWith(more), Body.empty());
    }

    static FixedAnswer of(String mediaType, byte[] content, String... moreHeaders) {
        return new FixedAnswer(mediaType, content, Headers.of(moreHeaders));
    }

    static FixedAnswer of(String mediaType, String text, String... moreHeaders) {
        return of(mediaType, text.getBytes(StandardCharsets.UTF_8), moreHeaders);
    }

    /** The answer to that call. */
    ProxyResponse to(ProxyCall call) {
        boolean known = call.request().headers().all("If-None-Match").stream().anyMatch(this::names);
        return known ? notModified : full;
    }

    /** Weak comparison: a cache in between may have weakened the tag (RFC 9110 section 8.8.3.2). */
    private boolean names(String field) {
        for (String candidate : field.split(",", -1)) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.startsWith("W/") && tag.endsWith(etag)) {
                return true;
            }
        }
        return false;
    }
}
