package io.inferenceproxy.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds the bytes of one HTTP/1.1 request; checks nothing, so that a test can also build a bad one.
 *
 * <pre>{@code
 * client.send(RawRequest.post("/api/inference").header("Authorization", "Bearer " + token).json("{}"));
 * }</pre>
 *
 * @param method the method
 * @param target the request target as it goes on the wire
 * @param headers the header fields in order; {@code Host: localhost} goes first unless there is one
 * @param content the framed body as it goes on the wire
 */
public record RawRequest(String method, String target, HeaderList headers, Bytes content) {

    /** A request without headers and body. */
    public static RawRequest of(String method, String target) {
        return new RawRequest(method, target, HeaderList.EMPTY, Bytes.EMPTY);
    }

    /** A {@code GET}. */
    public static RawRequest get(String target) {
        return of("GET", target);
    }

    /** A {@code POST}, without a body until told. */
    public static RawRequest post(String target) {
        return of("POST", target);
    }

    /** One more header field, as it is. */
    public RawRequest header(String name, String value) {
        return new RawRequest(method, target, headers.with(name, value), content);
    }

    /** This body in UTF-8, with its {@code Content-Length}. */
    public RawRequest body(String text) {
        return body(Bytes.ofUtf8(text));
    }

    /** This body, with its {@code Content-Length}. */
    public RawRequest body(Bytes body) {
        return header("Content-Length", String.valueOf(body.length())).content(body);
    }

    /** This body, with its length and {@code Content-Type: application/json}. */
    public RawRequest json(String json) {
        return header("Content-Type", "application/json").body(json);
    }

    /** A chunked body of exactly these chunks, in UTF-8, and the last chunk. */
    public RawRequest chunks(String... chunks) {
        List<Bytes> parts = new ArrayList<>();
        for (String chunk : chunks) {
            parts.add(Answer.chunk(Bytes.ofUtf8(chunk)));
        }
        parts.add(Bytes.ofLatin1("0\r\n\r\n"));
        return header("Transfer-Encoding", "chunked").content(Bytes.join(parts));
    }

    /** These bytes after the head, without a word about them in the headers. */
    public RawRequest content(Bytes raw) {
        return new RawRequest(method, target, headers, raw);
    }

    /** The head, with the empty line. */
    public Bytes head() {
        String host = headers.contains("Host") ? "" : "Host: localhost\r\n";
        return Bytes.ofLatin1(method + " " + target + " HTTP/1.1\r\n" + host + headers.lines() + "\r\n");
    }

    /** The whole request. */
    public Bytes bytes() {
        return head().plus(content);
    }
}
