package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.Headers;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Makes the head of an answer for HTTP/2: names in lower case, and nothing that frames a message of HTTP/1. */
final class StreamHeadWriter implements FieldSink {

    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString DATE = AsciiString.cached("date");
    private static final int LARGEST = 0xFF;

    private final Http2Headers head = new DefaultHttp2Headers(false);

    StreamHeadWriter(int status) {
        head.status(AsciiString.of(Integer.toString(status)));
    }

    void fields(Headers headers) {
        headers.writeTo(this, HeadWriter.FRAMING);
    }

    void date(String value) {
        head.add(DATE, value);
    }

    void contentLength(long length) {
        head.add(CONTENT_LENGTH, Long.toString(length));
    }

    Http2Headers head() {
        return head;
    }

    @Override
    public void field(String name, String value) {
        byte[] bytes = new byte[name.length() + value.length()];
        for (int i = 0; i < name.length(); i++) {
            bytes[i] = plain(name.charAt(i));
        }
        for (int i = 0; i < value.length(); i++) {
            bytes[name.length() + i] = plain(value.charAt(i));
        }
        add(bytes, 0, name.length(), name.length(), bytes.length);
    }

    /** No line end and no other control character gets through. */
    private static byte plain(char c) {
        return (byte) (c >= ' ' && c != 0x7F && c <= LARGEST || c == '\t' ? c : ' ');
    }

    @Override
    public void lines(byte[] block, int from, int to) {
        int at = from;
        while (at < to) {
            int colon = at;
            while (block[colon] != ':') {
                colon++;
            }
            int end = colon;
            while (block[end] != '\n') {
                end++;
            }
            int next = end + 1;
            int valueFrom = colon + 1;
            while (valueFrom < end && isBlank(block[valueFrom])) {
                valueFrom++;
            }
            while (end > valueFrom && (isBlank(block[end - 1]) || block[end - 1] == '\r')) {
                end--;
            }
            add(block, at, colon, valueFrom, end);
            at = next;
        }
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private void add(byte[] bytes, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        String name = new String(bytes, nameFrom, nameTo - nameFrom, StandardCharsets.ISO_8859_1);
        head.add(new AsciiString(name).toLowerCase(), new AsciiString(bytes, valueFrom, valueTo - valueFrom, true));
    }
}
