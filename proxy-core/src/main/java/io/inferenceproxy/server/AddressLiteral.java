package io.inferenceproxy.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A literal address in a field of a proxy: {@code 192.0.2.1}, {@code 192.0.2.1:4711}, {@code 2001:db8::1} or
 * {@code "[2001:db8::1]:4711"}. Read by hand, since it is read for every call behind a proxy.
 */
final class AddressLiteral {

    private static final int LONGEST_V6 = 45;

    private AddressLiteral() {}

    /** The address in this part of the text; null when it is none. Names are not looked up. */
    static @Nullable InetAddress parse(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isAround(text.charAt(start))) {
            start++;
        }
        while (start < end && isAround(text.charAt(end - 1))) {
            end--;
        }
        if (start == end) {
            return null;
        }
        if (text.charAt(start) == '[') {
            int close = text.indexOf(']', start);
            return close < 0 || close > end ? null : v6(text, start + 1, close);
        }
        int colon = text.indexOf(':', start);
        if (colon < 0 || colon >= end) {
            return v4(text, start, end);
        }
        boolean port = text.lastIndexOf(':', end - 1) == colon;
        return port ? v4(text, start, colon) : v6(text, start, end);
    }

    private static boolean isAround(char c) {
        return c <= ' ' || c == '"';
    }

    /** Four numbers without leading zeros, and nothing else: the JDK would look 999.1.1.1 up as a name, and block on that. */
    private static @Nullable InetAddress v4(String text, int from, int to) {
        byte[] bytes = new byte[4];
        int part = 0;
        int number = -1;
        for (int i = from; i <= to; i++) {
            char c = i == to ? '.' : text.charAt(i);
            if (c >= '0' && c <= '9' && number != 0) {
                number = Math.max(0, number) * 10 + c - '0';
                if (number > 255) {
                    return null;
                }
            } else if (c == '.' && number >= 0 && part < 4) {
                bytes[part++] = (byte) number;
                number = -1;
            } else {
                return null;
            }
        }
        return part == 4 ? address(bytes) : null;
    }

    private static @Nullable InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            return null; // only for a wrong number of bytes
        }
    }

    /** What has a colon and only such characters the JDK reads as it stands, or refuses. */
    private static @Nullable InetAddress v6(String text, int from, int to) {
        if (to - from < 2 || to - from > LONGEST_V6) {
            return null;
        }
        boolean colon = false;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            colon |= c == ':';
            if (!(Character.digit(c, 16) >= 0 && c < 0x80 || c == ':' || c == '.' && i > from)) {
                return null;
            }
        }
        if (!colon) {
            return null;
        }
        try {
            return InetAddress.getByName(text.substring(from, to));
        } catch (UnknownHostException malformed) {
            return null;
        }
    }
}
