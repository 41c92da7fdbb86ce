package io.inferenceproxy.http;

import java.nio.charset.StandardCharsets;

/**
 * An answer: head, body, and whether the connection ends with it.
 *
 * @param status 200 to 599
 * @param headers the fields, less those that frame the message: the server makes {@code Content-Length},
 *     {@code Transfer-Encoding} and {@code Connection} itself
 * @param body its content
 * @param closing whether the connection is closed afterwards
 */
public record ProxyResponse(int status, Headers headers, Body body, boolean closing) {

    public ProxyResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
    }

    public static ProxyResponse of(int status, Headers headers, Body body) {
        return new ProxyResponse(status, headers, body, false);
    }

    /** An answer without content. */
    public static ProxyResponse empty(int status) {
        return of(status, Headers.empty(), Body.empty());
    }

    /** A text in UTF-8 of the given media type. */
    public static ProxyResponse text(int status, String mediaType, String text) {
        return of(status, Headers.of("Content-Type", mediaType), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    public ProxyResponse withHeaders(Headers headers) {
        return new ProxyResponse(status, headers, body, closing);
    }

    public ProxyResponse withHeader(String name, String value) {
        return withHeaders(headers.with(name, value));
    }

    public ProxyResponse withBody(Body body) {
        return new ProxyResponse(status, headers, body, closing);
    }

    public ProxyResponse withClosing(boolean closing) {
        return new ProxyResponse(status, headers, body, closing);
    }
}
