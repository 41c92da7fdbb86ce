package io.inferenceproxy.undertow;

import io.inferenceproxy.http.RequestTarget;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a request goes, read from the raw target: never from Undertow's decoded path, which would match one thing and
 * forward another.
 *
 * @param target canonical path below the mount, and query
 * @param authority host and port, from an absolute target, else from {@code Host}
 */
record MountedTarget(RequestTarget target, String authority) {

    /**
     * @throws RequestTarget.Malformed when the path cannot be served
     * @throws IllegalArgumentException when it is no path and no http URL, with words for the client
     */
    static MountedTarget of(HttpServerExchange exchange, String host) throws RequestTarget.Malformed {
        String uri = exchange.getRequestURI();
        String query = exchange.getQueryString();
        if (uri.equals("*") && exchange.getRequestMethod().equalToString("OPTIONS")) {
            return new MountedTarget(RequestTarget.ASTERISK, host);
        }
        String authority = host;
        if (!uri.startsWith("/")) {
            int start = authorityStart(uri);
            int end = authorityEnd(uri, start);
            authority = uri.substring(start, end);
            if (!isAuthority(authority)) {
                throw new IllegalArgumentException("The host in the request target is not valid.");
            }
            uri = end == uri.length() ? "/" : uri.substring(end);
        }
        RequestTarget whole = RequestTarget.parse(query.isEmpty() ? uri : uri + "?" + query);
        String path = below(mount(exchange.getResolvedPath()), whole.path());
        return new MountedTarget(new RequestTarget(path, whole.query()), authority);
    }

    /** The canonical path without the prefix under which the handler is mounted. */
    private static String below(String mount, String path) {
        if (mount.isEmpty()) {
            return path;
        }
        if (!path.startsWith(mount) || path.length() > mount.length() && path.charAt(mount.length()) != '/') {
            throw new IllegalArgumentException("The request target does not begin with the path of the proxy.");
        }
        return path.length() == mount.length() ? "/" : path.substring(mount.length());
    }

    /** What Undertow has matched so far, which it keeps decoded, in the canonical form. */
    private static String mount(String resolved) {
        StringBuilder mount = new StringBuilder(resolved.length());
        for (byte b : resolved.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (plain || "/-._~!$&'()*+,=:@%".indexOf(c) >= 0) {
                mount.append(c);
            } else {
                mount.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        if (mount.length() > 0 && mount.charAt(mount.length() - 1) == '/') {
            mount.setLength(mount.length() - 1);
        }
        return mount.toString();
    }

    private static int authorityStart(String uri) {
        String lower = uri.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://")) {
            return 7;
        }
        if (lower.startsWith("https://")) {
            return 8;
        }
        throw new IllegalArgumentException("The request target is neither a path nor an http URL.");
    }

    private static int authorityEnd(String uri, int start) {
        for (int i = start; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
        }
        return uri.length();
    }

    /** Host and optional port; a literal IPv6 address in brackets; no user (RFC 9110 section 7.2). */
    static boolean isAuthority(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        if (colon > authority.lastIndexOf(']')) {
            String port = authority.substring(colon + 1);
            if (!port.matches("[0-9]{0,5}") || !port.isEmpty() && Integer.parseInt(port) > 65_535) {
                return false;
            }
            end = colon;
        }
        String host = authority.substring(0, end);
        return host.startsWith("[")
                ? host.matches("\\[[0-9a-fA-F:.]{2,}]")
                : host.matches("[A-Za-z0-9\\-._~%!$&'()*+,;=]+");
    }
}
