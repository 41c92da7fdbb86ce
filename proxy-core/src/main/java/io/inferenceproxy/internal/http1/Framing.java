package io.inferenceproxy.internal.http1;

import io.inferenceproxy.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the fields say that frame a message or steer its connection, picked out in one walk: how often each stands there,
 * and what its value comes to (RFC 9112 sections 3.2, 6 and 9). Whether that is allowed is for the heads to judge.
 */
final class Framing {

    /** There is no length, or none that can be believed. */
    static final long UNKNOWN = -1;

    private static final int LONGEST_LENGTH = 18;

    private int lengths;
    private long length = UNKNOWN;
    private int codings;
    private boolean chunked;
    private int hosts;
    private String host = "";
    private boolean close;
    private boolean keepAlive;
    private int expectations;
    private boolean continueExpected;
    private boolean oldWebSocket;

    private Framing() {}

    static Framing of(FieldLines fields) {
        Framing framing = new Framing();
        byte[] block = fields.block();
        for (int i = 0; i < fields.count(); i++) {
            int length = fields.nameLength(i);
            // Most names are told from these by their length alone.
            if (length == 4 || length == 6 || length == 10 || length == 14 || length == 17 || length == 18) {
                framing.take(fields, i, block);
            }
        }
        return framing;
    }

    /** The same for fields of another decoder. */
    static Framing of(Headers fields) {
        Framing framing = new Framing();
        fields.forEach((name, value) -> {
            byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
            framing.take(name.toLowerCase(Locale.ROOT), bytes, 0, bytes.length);
        });
        return framing;
    }

    private void take(FieldLines fields, int field, byte[] block) {
        String name = switch (fields.nameLength(field)) {
            case 4 -> "host";
            case 6 -> "expect";
            case 10 -> "connection";
            case 14 -> "content-length";
            case 17 -> "transfer-encoding";
            default -> "sec-websocket-key1";
        };
        if (fields.isNamed(field, name)) {
            take(name, block, fields.valueAt(field), fields.valueEnd(field));
        }
    }

    private void take(String name, byte[] block, int from, int to) {
        switch (name) {
            case "host" -> {
                hosts++;
                host = new String(block, from, to - from, StandardCharsets.ISO_8859_1);
            }
            case "expect" -> {
                expectations++;
                continueExpected = isSame(block, from, to, "100-continue");
            }
            case "connection" -> connection(block, from, to);
            case "content-length" -> {
                lengths++;
                length = number(block, from, to);
            }
            case "transfer-encoding" -> {
                codings++;
                chunked = isSame(block, from, to, "chunked");
            }
            case "sec-websocket-key1" -> oldWebSocket = true;
            default -> {
                // frames nothing
            }
        }
    }

    private void connection(byte[] block, int from, int to) {
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && block[end] != ',') {
                end++;
            }
            int first = at;
            int last = end;
            while (first < last && Octets.isBlank(block[first])) {
                first++;
            }
            while (last > first && Octets.isBlank(block[last - 1])) {
                last--;
            }
            close |= isSame(block, first, last, "close");
            keepAlive |= isSame(block, first, last, "keep-alive");
            at = end + 1;
        }
    }

    /** 1 to 18 digits and nothing else; so it cannot overflow. */
    private static long number(byte[] block, int from, int to) {
        if (to == from || to - from > LONGEST_LENGTH) {
            return UNKNOWN;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 9) {
                return UNKNOWN;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static boolean isSame(byte[] block, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            int octet = block[from + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** How many lengths are announced. */
    int lengths() {
        return lengths;
    }

    /** The length, where exactly one is announced as 1 to 18 digits; else unknown. */
    long length() {
        return lengths == 1 ? length : UNKNOWN;
    }

    /** How many {@code Transfer-Encoding} fields there are. */
    int codings() {
        return codings;
    }

    /** Whether there is one of them, and it is exactly {@code chunked}. */
    boolean isChunkedAlone() {
        return codings == 1 && chunked;
    }

    int hosts() {
        return hosts;
    }

    /** The value of {@code Host}; empty when there is none. */
    String host() {
        return host;
    }

    /** Whether {@code Connection} says that it ends with this message. */
    boolean closes() {
        return close;
    }

    /** Whether {@code Connection} asks for it to be kept. */
    boolean keepsAlive() {
        return keepAlive;
    }

    int expectations() {
        return expectations;
    }

    /** Whether the one expectation is {@code 100-continue}. */
    boolean expectsContinue() {
        return expectations == 1 && continueExpected;
    }

    /** Whether a WebSocket of a draft is asked for, whose body of eight bytes no field announces. */
    boolean hasOldWebSocket() {
        return oldWebSocket;
    }
}
