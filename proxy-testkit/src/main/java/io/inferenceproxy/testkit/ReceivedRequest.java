package io.inferenceproxy.testkit;

import java.util.Optional;

/**
 * One request as a {@link ScriptedUpstream} received it.
 *
 * @param connection the number of the connection, from 1 in the order of acceptance
 * @param method the method; empty when the request broke off in its first line
 * @param target the request target as written, query included; empty like the method
 * @param head the raw bytes from the method to the empty line
 * @param headers the header fields in order
 * @param body the beginning of the decoded body, up to the upstream's body cap
 * @param bodyLength the length of the whole decoded body in bytes, as far as it was received
 * @param bodySha256 the SHA-256 of the same, in lower-case hexadecimal
 * @param framing how the end of the body was told
 * @param trailers the trailer fields of a chunked body, in order
 * @param complete whether the request was received to its end
 */
public record ReceivedRequest(
        int connection,
        String method,
        String target,
        Bytes head,
        HeaderList headers,
        Bytes body,
        long bodyLength,
        String bodySha256,
        BodyFraming framing,
        HeaderList trailers,
        boolean complete) {

    /** The target without its query; of an absolute target only the path. */
    public String path() {
        String path = target;
        int scheme = path.indexOf("://");
        if (scheme >= 0) {
            int slash = path.indexOf('/', scheme + 3);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** The value of the first header field of this name. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** The kept part of the body, as UTF-8. */
    public String bodyText() {
        return body.utf8();
    }
}
