package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request says, checked against RFC 9110 and RFC 9112; or the problem with it.
 *
 * @param problem why the request cannot be served; null when it can
 * @param target canonical path and query
 * @param authority host and port that the client named; empty for none
 * @param http10 whether it is of HTTP/1.0
 * @param keepAlive whether the client wants the connection kept
 * @param length how long the body is; 0 for none, empty when it is chunked
 * @param expectsContinue whether the client waits for {@code 100 Continue}
 */
record RequestHead(
        @Nullable Problem problem,
        RequestTarget target,
        String authority,
        boolean http10,
        boolean keepAlive,
        OptionalLong length,
        boolean expectsContinue) {

    private static final int MOST_FIELDS = 200;
    private static final int LONGEST_LENGTH = 18;
    private static final OptionalLong NO_BODY = OptionalLong.of(0);

    static RequestHead of(HttpRequest request) {
        try {
            return checked(request);
        } catch (Refusal refusal) {
            return refused(refusal.problem);
        }
    }

    /** The head of a request that did not come in time. */
    static RequestHead tooSlow() {
        return refused(Problem.of(ProblemType.REQUEST_TIMEOUT, "The head of the request did not come in time."));
    }

    private static RequestHead refused(Problem problem) {
        return new RequestHead(problem.withClosing(), RequestTarget.ROOT, "", false, false, NO_BODY, false);
    }

    private static RequestHead checked(HttpRequest request) throws Refusal {
        if (request.decoderResult().isFailure()) {
            throw unreadable(request.decoderResult().cause());
        }
        boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!http10 && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            throw new Refusal(ProblemType.HTTP_VERSION_NOT_SUPPORTED, "The version is not HTTP/1.0 or HTTP/1.1.");
        }
        HttpHeaders fields = request.headers();
        if (fields.size() > MOST_FIELDS) {
            throw new Refusal(ProblemType.HEADERS_TOO_LARGE, "The head has more than " + MOST_FIELDS + " fields.");
        }
        if (!isToken(request.method().name())) {
            throw malformed("The method is not a token.");
        }
        if (request.method().equals(HttpMethod.CONNECT) || request.method().equals(HttpMethod.TRACE)) {
            // Their targets have forms of their own, so they are refused before those are read.
            throw new Refusal(ProblemType.NOT_IMPLEMENTED, "The proxy does not serve this method.");
        }
        OptionalLong length = length(fields, http10);
        String host = host(fields, http10);
        String uri = request.uri();
        String authority = host;
        if (!uri.isEmpty() && uri.charAt(0) != '/' && !uri.equals("*")) {
            authority = absoluteAuthority(uri);
            uri = originForm(uri);
        }
        return new RequestHead(
                null,
                target(uri, request.method().name()),
                authority,
                http10,
                keepAlive(fields, http10),
                length,
                expectsContinue(fields, http10));
    }

    private static Refusal unreadable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Refusal(ProblemType.TARGET_TOO_LONG, "The request line is too long.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Refusal(ProblemType.HEADERS_TOO_LARGE, "The head is too large.");
        }
        return new Refusal(Problem.of(ProblemType.MALFORMED_REQUEST, "The head of the request is not valid HTTP/1.1.")
                .withReason(String.valueOf(cause.getMessage())));
    }

    /** One length of 1 to 18 digits, or exactly the coding chunked, and never both (RFC 9112 section 6). */
    private static OptionalLong length(HttpHeaders fields, boolean http10) throws Refusal {
        List<String> codings = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = fields.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (fields.contains("Sec-WebSocket-Key1")) {
            throw malformed("The request asks for a WebSocket of a draft that counts its body apart.");
        }
        if (!codings.isEmpty()) {
            if (http10
                    || !lengths.isEmpty()
                    || codings.size() > 1
                    || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw malformed(
                        "The length of the body is not clear: Transfer-Encoding must be chunked and stand alone.");
            }
            return OptionalLong.empty();
        }
        if (lengths.isEmpty()) {
            return NO_BODY;
        }
        String length = lengths.get(0);
        boolean digits = !length.isEmpty() && length.length() <= LONGEST_LENGTH;
        for (int i = 0; i < length.length() && digits; i++) {
            digits = length.charAt(i) >= '0' && length.charAt(i) <= '9';
        }
        if (lengths.size() > 1 || !digits) {
            throw malformed("The length of the body is not clear: Content-Length must be one number.");
        }
        return OptionalLong.of(Long.parseLong(length));
    }

    private static String host(HttpHeaders fields, boolean http10) throws Refusal {
        List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && http10) {
            return "";
        }
        if (hosts.size() != 1 || !isAuthority(hosts.get(0))) {
            throw malformed("The Host field must be one host with an optional port.");
        }
        return hosts.get(0);
    }

    /** Host and optional port; a literal IPv6 address in brackets; no user (RFC 9110 section 7.2). */
    static boolean isAuthority(String authority) {
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

    /** The authority of a target in absolute form; it counts instead of Host (RFC 9112 section 3.2.2). */
    private static String absoluteAuthority(String uri) throws Refusal {
        String lower = uri.toLowerCase(Locale.ROOT);
        int start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        if (start < 0) {
            throw malformed("The request target is neither a path nor an http URL.");
        }
        String authority = uri.substring(start, authorityEnd(uri, start));
        if (!isAuthority(authority)) {
            throw malformed("The host in the request target is not valid.");
        }
        return authority;
    }

    private static String originForm(String uri) {
        int end = authorityEnd(uri, uri.indexOf("//") + 2);
        String rest = uri.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
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

    private static RequestTarget target(String uri, String method) throws Refusal {
        if (uri.equals("*") && method.equals("OPTIONS")) {
            return RequestTarget.ASTERISK;
        }
        try {
            return RequestTarget.parse(uri);
        } catch (RequestTarget.Malformed malformed) {
            throw malformed("The request target cannot be served: " + malformed.reason() + ".");
        }
    }

    private static boolean keepAlive(HttpHeaders fields, boolean http10) {
        if (fields.containsValue(HttpHeaderNames.CONNECTION, "close", true)) {
            return false;
        }
        return !http10 || fields.containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true);
    }

    private static boolean expectsContinue(HttpHeaders fields, boolean http10) throws Refusal {
        List<String> expectations = fields.getAll(HttpHeaderNames.EXPECT);
        if (expectations.isEmpty()) {
            return false;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new Refusal(ProblemType.EXPECTATION_FAILED, ProblemType.EXPECTATION_FAILED.meaning());
        }
        return !http10;
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

    private static Refusal malformed(String detail) {
        return new Refusal(ProblemType.MALFORMED_REQUEST, detail);
    }

    /** Ends the checks early; thrown and caught in this file alone. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Refusal(ProblemType type, String detail) {
            this(Problem.of(type, detail));
        }

        Refusal(Problem problem) {
            super(null, null, false, false);
            this.problem = problem;
        }
    }
}
