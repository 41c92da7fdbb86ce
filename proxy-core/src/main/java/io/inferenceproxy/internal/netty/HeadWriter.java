package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;

/**
 * Writes the heads of messages. Fields that frame the message are ours to make and are left out of what is copied;
 * whatever else stands in a name or value, no line end and no other control character gets through.
 */
final class HeadWriter {

    /** What the engine makes itself, on messages of either direction. */
    static final HeaderNames FRAMING = HeaderNames.of(
            "Connection",
            "Content-Length",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade");

    private static final AsciiString VERSION = AsciiString.cached("HTTP/1.1 ");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length: ");
    private static final AsciiString CHUNKED = AsciiString.cached("Transfer-Encoding: chunked\r\n");
    private static final AsciiString CLOSE = AsciiString.cached("Connection: close\r\n");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("Connection: keep-alive\r\n");
    private static final AsciiString REQUEST_END = AsciiString.cached(" HTTP/1.1\r\n");
    private static final int CRLF = '\r' << 8 | '\n';
    private static final int COLON_SPACE = ':' << 8 | ' ';

    private HeadWriter() {}

    static void statusLine(ByteBuf out, int status) {
        ByteBufUtil.copy(VERSION, out);
        HttpResponseStatus known = HttpResponseStatus.valueOf(status);
        number(out, status);
        out.writeByte(' ');
        text(out, known.reasonPhrase());
        out.writeShort(CRLF);
    }

    static void requestLine(ByteBuf out, String method, String target) {
        text(out, method);
        out.writeByte(' ');
        text(out, target);
        ByteBufUtil.copy(REQUEST_END, out);
    }

    /** Copies the fields, less those that frame the message. */
    static void fields(ByteBuf out, Headers headers) {
        headers.forEach((name, value) -> {
            if (!FRAMING.contains(name)) {
                field(out, name, value);
            }
        });
    }

    static void field(ByteBuf out, String name, String value) {
        text(out, name);
        out.writeShort(COLON_SPACE);
        text(out, value);
        out.writeShort(CRLF);
    }

    static void contentLength(ByteBuf out, long length) {
        ByteBufUtil.copy(CONTENT_LENGTH, out);
        number(out, length);
        out.writeShort(CRLF);
    }

    static void chunked(ByteBuf out) {
        ByteBufUtil.copy(CHUNKED, out);
    }

    static void close(ByteBuf out) {
        ByteBufUtil.copy(CLOSE, out);
    }

    static void keepAlive(ByteBuf out) {
        ByteBufUtil.copy(KEEP_ALIVE, out);
    }

    static void end(ByteBuf out) {
        out.writeShort(CRLF);
    }

    /** The line before a chunk's data (RFC 9112 section 7.1). */
    static void chunkSize(ByteBuf out, int size) {
        int digits = (35 - Integer.numberOfLeadingZeros(size | 1)) / 4;
        for (int i = digits - 1; i >= 0; i--) {
            out.writeByte(Character.forDigit(size >>> (4 * i) & 15, 16));
        }
        out.writeShort(CRLF);
    }

    private static void text(ByteBuf out, String text) {
        out.ensureWritable(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.writeByte(c >= ' ' && c != 0x7f && c <= 0xff || c == '\t' ? c : ' ');
        }
    }

    private static void number(ByteBuf out, long number) {
        if (number >= 10) {
            number(out, number / 10);
        }
        out.writeByte((int) ('0' + number % 10));
    }
}
