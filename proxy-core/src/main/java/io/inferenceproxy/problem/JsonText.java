package io.inferenceproxy.problem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * JSON in UTF-8, put together from pieces that are ready and texts that are escaped on the way.
 *
 * <p>Each thread has one, so that a refusal leaves nothing behind but its body: a text is begun, written and taken before
 * anything else happens on the thread.
 */
final class JsonText {

    private static final ThreadLocal<JsonText> OF_THREAD = ThreadLocal.withInitial(JsonText::new);
    private static final int FIRST_BYTES = 1 << 10;
    private static final int MOST_KEPT = 16 << 10;
    private static final int MOST_OF_A_CHARACTER = 6;
    private static final byte[] HEX = ascii("0123456789ABCDEF");

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    private JsonText() {}

    /** The one of this thread, empty. */
    static JsonText begin() {
        JsonText text = OF_THREAD.get();
        text.size = 0;
        if (text.bytes.length > MOST_KEPT) {
            text.bytes = new byte[FIRST_BYTES];
        }
        return text;
    }

    /** A piece that is ready: JSON, or an escaped part of a string. */
    JsonText ready(byte[] piece) {
        ensure(piece.length);
        System.arraycopy(piece, 0, bytes, size, piece.length);
        size += piece.length;
        return this;
    }

    /** A part of a string, escaped where it must be; half a character outside the BMP becomes a question mark. */
    JsonText escaped(String text) {
        ensure(MOST_OF_A_CHARACTER * text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                i += beyondAscii(text, i);
            } else if (c < ' ' || c == '"' || c == '\\') {
                escape(c);
            } else {
                bytes[size++] = (byte) c;
            }
        }
        return this;
    }

    /** A value of its own. */
    JsonText value(JsonNode node) {
        if (node.isString()) {
            return mark('"').escaped(node.stringValue()).mark('"');
        }
        if (node.isArray()) {
            mark('[');
            for (int i = 0; i < node.size(); i++) {
                (i == 0 ? this : mark(',')).value(node.get(i));
            }
            return mark(']');
        }
        if (node.isObject()) {
            mark('{');
            char before = 0;
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                (before == 0 ? this : mark(before)).member(member.getKey(), member.getValue());
                before = ',';
            }
            return mark('}');
        }
        return ready(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A member of an object; commas are the caller's. */
    JsonText member(String name, JsonNode value) {
        return mark('"').escaped(name).mark('"').mark(':').value(value);
    }

    JsonText mark(char ascii) {
        ensure(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    /** All that was written. */
    byte[] taken() {
        return Arrays.copyOf(bytes, size);
    }

    /** Returns how many characters were taken beside the first. */
    private int beyondAscii(String text, int at) {
        char c = text.charAt(at);
        if (c < 0x800) {
            bytes[size++] = (byte) (0xC0 | c >> 6);
        } else if (!Character.isSurrogate(c)) {
            bytes[size++] = (byte) (0xE0 | c >> 12);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3F);
        } else if (Character.isHighSurrogate(c)
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1))) {
            int point = Character.toCodePoint(c, text.charAt(at + 1));
            bytes[size++] = (byte) (0xF0 | point >> 18);
            bytes[size++] = (byte) (0x80 | point >> 12 & 0x3F);
            bytes[size++] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[size++] = (byte) (0x80 | point & 0x3F);
            return 1;
        } else {
            bytes[size++] = '?';
            return 0;
        }
        bytes[size++] = (byte) (0x80 | c & 0x3F);
        return 0;
    }

    private void escape(char c) {
        bytes[size++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[size++] = (byte) c;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            default -> {
                bytes[size++] = 'u';
                bytes[size++] = '0';
                bytes[size++] = '0';
                bytes[size++] = HEX[c >> 4];
                bytes[size++] = HEX[c & 15];
            }
        }
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
