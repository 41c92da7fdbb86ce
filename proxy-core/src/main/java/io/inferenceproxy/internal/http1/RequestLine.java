package io.inferenceproxy.internal.http1;

import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a request, checked (RFC 9112 section 3), or the problem with it.
 *
 * @param problem why it cannot be served; null when it can
 * @param method the method
 * @param target canonical path and query
 * @param authority host and port of a target in absolute form; empty when the {@code Host} field names them
 * @param http10 whether the request is of HTTP/1.0
 */
record RequestLine(@Nullable Problem problem, String method, RequestTarget target, String authority, boolean http10) {

    static RequestLine of(String method, String uri, String version) {
        boolean http10 = version.equals("HTTP/1.0");
        if (!http10 && !version.equals("HTTP/1.1")) {
            return refused(
                    method,
                    isVersion(version)
                            ? Problem.of(
                                    ProblemType.HTTP_VERSION_NOT_SUPPORTED, "The version is not HTTP/1.0 or HTTP/1.1.")
                            : malformed("The request line does not end with a version of HTTP."));
        }
        if (!isToken(method)) {
            return refused("", malformed("The method is not a token."));
        }
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            // Their targets have forms of their own, so they are refused before those are read.
            return refused(method, Problem.of(ProblemType.NOT_IMPLEMENTED, "The proxy does not serve this method."));
        }
        if (uri.equals("*") && method.equals("OPTIONS")) {
            return new RequestLine(null, method, RequestTarget.ASTERISK, "", http10);
        }
        String authority = "";
        String origin = uri;
        if (!uri.isEmpty() && uri.charAt(0) != '/' && !uri.equals("*")) {
            int start = authorityStart(uri);
            if (start < 0) {
                return refused(method, malformed("The request target is neither a path nor an http URL."));
            }
            int end = authorityEnd(uri, start);
            authority = uri.substring(start, end);
            if (!Authority.isValid(authority)) {
                return refused(method, malformed("The host in the request target is not valid."));
            }
            origin = uri.startsWith("/", end) ? uri.substring(end) : "/" + uri.substring(end);
        }
        try {
            return new RequestLine(null, method, RequestTarget.parse(origin), authority, http10);
        } catch (RequestTarget.Malformed unusable) {
            return refused(method, malformed("The request target cannot be served: " + unusable.reason() + "."));
        }
    }

    private static RequestLine refused(String method, Problem problem) {
        return new RequestLine(problem, method, RequestTarget.ROOT, "", false);
    }

    private static Problem malformed(String detail) {
        return Problem.of(ProblemType.MALFORMED_REQUEST, detail);
    }

    private static boolean isVersion(String text) {
        return text.length() == 8
                && text.startsWith("HTTP/")
                && isDigit(text.charAt(5))
                && text.charAt(6) == '.'
                && isDigit(text.charAt(7));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static int authorityStart(String uri) {
        String lower = uri.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
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
}
