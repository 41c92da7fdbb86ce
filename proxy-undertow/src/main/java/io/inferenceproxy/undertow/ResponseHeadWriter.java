package io.inferenceproxy.undertow;

import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.ProxyResponse;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;

/** Sets status and fields of an answer; those that frame it are made here, never copied. */
final class ResponseHeadWriter {

    private static final HeaderNames FRAMING = HeaderNames.of(
            "Connection",
            "Content-Length",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade");

    private ResponseHeadWriter() {}

    /**
     * @param closing whether the connection ends with this answer
     * @param chunkable whether the client understands chunks, so that a cut body is seen to be cut
     */
    static void write(HttpServerExchange exchange, ProxyResponse response, boolean closing, boolean chunkable) {
        HeaderMap fields = exchange.getResponseHeaders();
        exchange.setStatusCode(response.status());
        response.headers().forEach((name, value) -> fields.remove(name));
        response.headers().forEach((name, value) -> {
            if (!FRAMING.contains(name)) {
                fields.add(HttpString.tryFromString(name), printable(value));
            }
        });
        if (closing) {
            exchange.setPersistent(false);
            fields.put(Headers.CONNECTION, "close");
        }
        long length = response.body().length().orElse(-1);
        if (length >= 0) {
            fields.put(Headers.CONTENT_LENGTH, length);
        } else if (chunkable && !isBodiless(exchange, response)) {
            fields.put(Headers.TRANSFER_ENCODING, "chunked");
        }
    }

    /** Whether an answer to this has a head alone, whatever its fields say (RFC 9112 section 6.3). */
    static boolean isBodiless(HttpServerExchange exchange, ProxyResponse response) {
        return exchange.getRequestMethod().equals(Methods.HEAD) || response.status() == 204 || response.status() == 304;
    }

    /** No line end gets through, and no other control character. */
    private static String printable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                return value.replaceAll("[^\\t\\x20-\\x7e\\x80-\\xff]", " ");
            }
        }
        return value;
    }
}
