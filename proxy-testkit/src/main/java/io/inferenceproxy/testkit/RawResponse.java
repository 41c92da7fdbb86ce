package io.inferenceproxy.testkit;

import java.util.List;
import java.util.Optional;

/**
 * One answer as a {@link RawClient} read it.
 *
 * @param status the status code
 * @param reason the reason phrase; may be empty
 * @param headers the header fields in order
 * @param framing how the end of the body was told
 * @param body the decoded body, as far as it was read
 * @param trailers the trailer fields of a chunked body
 * @param complete whether the body was read to its end; one that goes on until the close ends with a FIN, not with a RST
 * @param interim the interim answers (1xx) before this one, heads only
 * @param raw the bytes of this answer as they were on the wire, without the interim ones; the first 16 MiB
 */
public record RawResponse(
        int status,
        String reason,
        HeaderList headers,
        BodyFraming framing,
        Bytes body,
        HeaderList trailers,
        boolean complete,
        List<RawResponse> interim,
        Bytes raw) {

    /** Copies the list. */
    public RawResponse {
        interim = List.copyOf(interim);
    }

    /** The value of the first header field of this name. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** The body as UTF-8. */
    public String text() {
        return body.utf8();
    }

    /** Whether the body was chunked. */
    public boolean chunked() {
        return framing == BodyFraming.CHUNKED;
    }

    /** Whether the connection ended before the body did. */
    public boolean truncated() {
        return !complete;
    }

    /** The body as server-sent events. */
    public Sse events() {
        return Sse.parse(body);
    }

    RawResponse withBody(Bytes read, HeaderList readTrailers, boolean toItsEnd, Bytes wire) {
        return new RawResponse(status, reason, headers, framing, read, readTrailers, toItsEnd, interim, wire);
    }
}
