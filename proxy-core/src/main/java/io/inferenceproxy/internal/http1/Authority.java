package io.inferenceproxy.internal.http1;

/** The form of host and port, as {@code Host} and targets in absolute form name them. */
final class Authority {

    private Authority() {}

    /** Host and optional port; a literal IPv6 address in brackets; no user (RFC 9110 section 7.2). */
    static boolean isValid(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        boolean bracketed = authority.startsWith("[");
        if (colon > authority.lastIndexOf(']')) {
            if (end - colon > 6) {
                return false;
            }
            int port = 0;
            for (int i = colon + 1; i < end; i++) {
                char c = authority.charAt(i);
                if (c < '0' || c > '9') {
                    return false;
                }
                port = port * 10 + c - '0';
            }
            if (port > 65_535) {
                return false;
            }
            end = colon;
        }
        if (bracketed) {
            return end > 3 && authority.charAt(end - 1) == ']' && isOfAddress(authority, 1, end - 1);
        }
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && "-._~%!$&'()*+,;=".indexOf(c) < 0) {
                return false;
            }
        }
        return end > 0;
    }

    private static boolean isOfAddress(String authority, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = authority.charAt(i);
            boolean hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            if (!hex && c != ':' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
