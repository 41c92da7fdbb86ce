package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the head of a message into an array, from which it is copied once. Fields that frame the message are ours to make
 * and are left out of what is handed over; whatever else stands in a name or value, no line end and no other control
 * character gets through.
 *
 * <p>Each thread has one: a head is begun, written and moved on before anything else happens on the thread.
 */
final class HeadWriter implements FieldSink {

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

    private static final FastThreadLocal<HeadWriter> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected HeadWriter initialValue() {
            return new HeadWriter();
        }
    };
    private static final int FIRST_BYTES = 2 << 10;
    private static final int MOST_KEPT = 64 << 10;
    private static final int LAST_STATUS = 599;
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] REQUEST_END = ascii(" HTTP/1.1\r\n");
    private static final byte[][] STATUS_LINES = statusLines();
    private static final byte[] CHARACTERS = characters();

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    private HeadWriter() {}

    /** The writer of this thread, empty. */
    static HeadWriter begin() {
        HeadWriter writer = OF_THREAD.get();
        writer.size = 0;
        if (writer.bytes.length > MOST_KEPT) {
            writer.bytes = new byte[FIRST_BYTES];
        }
        return writer;
    }

    void statusLine(int status) {
        raw(STATUS_LINES[status]);
    }

    void requestLine(String method, String target) {
        text(method);
        ensure(1);
        bytes[size++] = ' ';
        text(target);
        raw(REQUEST_END);
    }

    /** Writes the fields, less those that frame the message. */
    void fields(Headers headers) {
        headers.writeTo(this, FRAMING);
    }

    @Override
    public void field(String name, String value) {
        text(name);
        ensure(2);
        bytes[size++] = ':';
        bytes[size++] = ' ';
        text(value);
        end();
    }

    @Override
    public void lines(byte[] block, int from, int to) {
        ensure(to - from);
        System.arraycopy(block, from, bytes, size, to - from);
        size += to - from;
    }

    void contentLength(long length) {
        raw(CONTENT_LENGTH);
        number(length);
        end();
    }

    void chunked() {
        raw(CHUNKED);
    }

    void close() {
        raw(CLOSE);
    }

    void keepAlive() {
        raw(KEEP_ALIVE);
    }

    void end() {
        ensure(2);
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    int size() {
        return size;
    }

    /** Appends what was written. */
    void copyTo(ByteBuf out) {
        out.writeBytes(bytes, 0, size);
    }

    /** Writes a line that is ready, its end included. */
    void line(byte[] ready) {
        raw(ready);
    }

    private void raw(byte[] ready) {
        lines(ready, 0, ready.length);
    }

    private void text(String text) {
        int length = text.length();
        ensure(length);
        byte[] to = bytes;
        int at = size;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            to[at + i] = c < CHARACTERS.length ? CHARACTERS[c] : (byte) ' ';
        }
        size = at + length;
    }

    private void number(long number) {
        if (number >= 10) {
            number(number / 10);
        }
        ensure(1);
        bytes[size++] = (byte) ('0' + number % 10);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    /** The line before a chunk's data (RFC 9112 section 7.1). */
    static void chunkSize(ByteBuf out, int size) {
        int digits = (35 - Integer.numberOfLeadingZeros(size | 1)) / 4;
        for (int i = digits - 1; i >= 0; i--) {
            out.writeByte(Character.forDigit(size >>> (4 * i) & 15, 16));
        }
        lineEnd(out);
    }

    static void lineEnd(ByteBuf out) {
        out.writeShort('\r' << 8 | '\n');
    }

    /** What each character up to U+00FF is written as. */
    private static byte[] characters() {
        byte[] all = new byte[256];
        for (int c = 0; c < all.length; c++) {
            all[c] = (byte) (c >= ' ' && c != 0x7f || c == '\t' ? c : ' ');
        }
        return all;
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[LAST_STATUS + 1][];
        for (int status = 100; status <= LAST_STATUS; status++) {
            lines[status] = ascii("HTTP/1.1 " + status + " "
                    + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n");
        }
        return lines;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
