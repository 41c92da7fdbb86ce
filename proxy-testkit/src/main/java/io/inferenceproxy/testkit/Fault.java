package io.inferenceproxy.testkit;

import java.io.IOException;

/**
 * A way in which a server fails or breaks the protocol; an enum, so that one parameterised test can go through all.
 *
 * <p>Faults whose bytes leave the connection open do so in silence ({@link Ending#HOLD}): a client that gives up shows as
 * an {@link Abort}. For a connection that is reset before any request, see {@link ScriptedUpstream#resetNextConnections}.
 */
public enum Fault implements Reply {
    /** Resets once the head of the request was read, whatever there is of its body. */
    RESET_AFTER_HEAD,
    /** Resets once the whole request was read. */
    RESET_AFTER_REQUEST,
    /** Closes once the whole request was read. */
    CLOSE_WITHOUT_ANSWER,
    /** Closes its direction without an answer, and goes on listening. */
    HALF_CLOSE_WITHOUT_ANSWER,
    /** Never answers. */
    SILENCE,
    /** Bytes that are not HTTP at all. */
    GARBAGE,
    /** A status line with a status that is not a number. */
    BAD_STATUS_LINE,
    /** Half a head, then a close. */
    CUT_HEAD,
    /** A head of one mebibyte. */
    HUGE_HEAD,
    /** A header value with a bare CR. */
    CARRIAGE_RETURN_IN_HEADER,
    /** A header value with a NUL. */
    NUL_IN_HEADER,
    /** A header line that goes on in the next line. */
    FOLDED_HEADER,
    /** Two {@code Content-Length} that differ. */
    TWO_CONTENT_LENGTHS,
    /** {@code Content-Length} beside {@code Transfer-Encoding: chunked}. */
    LENGTH_AND_CHUNKED,
    /** A transfer coding that nobody asked for. */
    UNKNOWN_TRANSFER_CODING,
    /** A good chunk, then a chunk size that is not hexadecimal. */
    BAD_CHUNK,
    /** Half of what {@code Content-Length} promised, then a close. */
    CUT_BODY,
    /** A good chunk, then a close without the last chunk. */
    CUT_CHUNKED_BODY,
    /** A good chunk, then a reset. */
    RESET_IN_BODY,
    /** A complete answer with bytes after it that nobody asked for; keeps the connection open. */
    SURPLUS_BYTES,
    /** 101, although no upgrade was asked for. */
    SWITCHING_PROTOCOLS,
    /** 204 with a body. */
    BODY_AFTER_204;

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    @Override
    public boolean awaitsBody() {
        return this != RESET_AFTER_HEAD;
    }

    @Override
    public void play(Exchange exchange) throws IOException {
        reply().play(exchange);
    }

    private Raw reply() {
        return switch (this) {
            case RESET_AFTER_HEAD, RESET_AFTER_REQUEST -> raw("", Ending.RESET);
            case CLOSE_WITHOUT_ANSWER -> raw("", Ending.CLOSE);
            case HALF_CLOSE_WITHOUT_ANSWER -> raw("", Ending.HALF_CLOSE);
            case SILENCE -> raw("", Ending.HOLD);
            case GARBAGE -> raw("\0\1\2 this is not HTTP \377\r\n\r\n", Ending.HOLD);
            case BAD_STATUS_LINE -> raw("HTTP/1.1 2xx OK\r\nContent-Length: 0\r\n\r\n", Ending.HOLD);
            case CUT_HEAD -> raw(OK + "Content-Type: appl", Ending.CLOSE);
            case HUGE_HEAD ->
                raw(OK + "Content-Length: 0\r\n" + ("X-Fill: " + "x".repeat(1014) + "\r\n").repeat(1024) + "\r\n");
            case CARRIAGE_RETURN_IN_HEADER -> raw(OK + "X-Bad: a\rb\r\nContent-Length: 2\r\n\r\nok");
            case NUL_IN_HEADER -> raw(OK + "X-Bad: a\0b\r\nContent-Length: 2\r\n\r\nok");
            case FOLDED_HEADER -> raw(OK + "X-Bad: a\r\n b\r\nContent-Length: 2\r\n\r\nok");
            case TWO_CONTENT_LENGTHS -> raw(OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!");
            case LENGTH_AND_CHUNKED -> raw(OK + "Content-Length: 2\r\n" + CHUNKED + "\r\n2\r\nok\r\n0\r\n\r\n");
            case UNKNOWN_TRANSFER_CODING -> raw(OK + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
            case BAD_CHUNK -> raw(OK + CHUNKED + "\r\n2\r\nok\r\nxyz\r\nok\r\n0\r\n\r\n");
            case CUT_BODY -> raw(OK + "Content-Length: 4\r\n\r\nok", Ending.CLOSE);
            case CUT_CHUNKED_BODY -> raw(OK + CHUNKED + "\r\n2\r\nok\r\n", Ending.CLOSE);
            case RESET_IN_BODY -> raw(OK + CHUNKED + "\r\n2\r\nok\r\n", Ending.RESET);
            case SURPLUS_BYTES ->
                raw(OK + "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            case SWITCHING_PROTOCOLS ->
                raw("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n");
            case BODY_AFTER_204 -> raw("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil");
        };
    }

    private static Raw raw(String bytes) {
        return raw(bytes, Ending.HOLD);
    }

    private static Raw raw(String bytes, Ending ending) {
        return new Raw(Bytes.ofLatin1(bytes), ending);
    }
}
