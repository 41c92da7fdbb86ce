package io.inferenceproxy.undertow;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import io.undertow.util.Protocols;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request says, checked against RFC 9110 and RFC 9112 before anything of the body is read, since
 * Undertow takes framing fields that it has not understood; or the problem with it.
 *
 * @param problem why the request cannot be served; null when it can
 * @param target canonical path below the mount, and query
 * @param authority host and port that the client named; empty for none
 * @param version {@code 1.0}, {@code 1.1} or {@code 2}
 * @param keepAlive whether the client wants the connection kept
 * @param length how long the body is; 0 for none, empty when only its end tells
 * @param fields all fields, copied: Undertow's own map belongs to its I/O thread
 */
record RequestHead(
        @Nullable Problem problem,
        RequestTarget target,
        String authority,
        String version,
        boolean keepAlive,
        OptionalLong length,
        Headers fields) {

    private static final int MOST_FIELDS = 200;
    private static final int LONGEST_LENGTH = 18;

    static RequestHead of(HttpServerExchange exchange) {
        Headers fields = fields(exchange);
        String version = version(exchange);
        try {
            return checked(exchange, fields, version);
        } catch (Refusal refusal) {
            return new RequestHead(
                    refusal.problem.withClosing(), RequestTarget.ROOT, "", version, false, OptionalLong.of(0), fields);
        }
    }

    private static RequestHead checked(HttpServerExchange exchange, Headers fields, String version) throws Refusal {
        if (version.isEmpty()) {
            throw new Refusal(
                    ProblemType.HTTP_VERSION_NOT_SUPPORTED, "The version is not HTTP/1.0, HTTP/1.1 or HTTP/2.");
        }
        if (fieldCount(exchange) > MOST_FIELDS) {
            throw new Refusal(ProblemType.HEADERS_TOO_LARGE, "The head has more than " + MOST_FIELDS + " fields.");
        }
        OptionalLong length = length(exchange, fields, version);
        requireExpectation(fields);
        List<String> hosts = fields.all("Host");
        if (hosts.size() > 1
                || hosts.isEmpty() && version.equals("1.1")
                || !hosts.isEmpty() && !MountedTarget.isAuthority(hosts.get(0))) {
            throw malformed("The Host field must be one host with an optional port.");
        }
        MountedTarget target;
        try {
            target = MountedTarget.of(exchange, hosts.isEmpty() ? "" : hosts.get(0));
        } catch (RequestTarget.Malformed malformed) {
            throw malformed("The request target cannot be served: " + malformed.reason() + ".");
        } catch (IllegalArgumentException unreadable) {
            throw malformed(String.valueOf(unreadable.getMessage()));
        }
        return new RequestHead(
                null, target.target(), target.authority(), version, keepAlive(fields, version), length, fields);
    }

    private static Headers fields(HttpServerExchange exchange) {
        String[] namesAndValues = new String[2 * fieldCount(exchange)];
        int at = 0;
        for (HeaderValues values : exchange.getRequestHeaders()) {
            String name = values.getHeaderName().toString();
            for (String value : values) {
                namesAndValues[at++] = name;
                namesAndValues[at++] = value;
            }
        }
        return Headers.of(namesAndValues);
    }

    private static int fieldCount(HttpServerExchange exchange) {
        int count = 0;
        for (HeaderValues values : exchange.getRequestHeaders()) {
            count += values.size();
        }
        return count;
    }

    private static String version(HttpServerExchange exchange) {
        HttpString protocol = exchange.getProtocol();
        if (protocol.equals(Protocols.HTTP_1_1)) {
            return "1.1";
        }
        if (protocol.equals(Protocols.HTTP_1_0)) {
            return "1.0";
        }
        return protocol.equals(Protocols.HTTP_2_0) ? "2" : "";
    }

    /** One length of 1 to 18 digits, or exactly the coding chunked, and never both (RFC 9112 section 6). */
    private static OptionalLong length(HttpServerExchange exchange, Headers fields, String version) throws Refusal {
        List<String> codings = fields.all("Transfer-Encoding");
        List<String> lengths = fields.all("Content-Length");
        if (!codings.isEmpty()) {
            if (!version.equals("1.1")
                    || !lengths.isEmpty()
                    || codings.size() > 1
                    || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw malformed(
                        "The length of the body is not clear: Transfer-Encoding must be chunked and stand alone.");
            }
            return OptionalLong.empty();
        }
        if (lengths.isEmpty()) {
            return exchange.isRequestComplete() ? OptionalLong.of(0) : OptionalLong.empty();
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

    private static void requireExpectation(Headers fields) throws Refusal {
        List<String> expectations = fields.all("Expect");
        if (!expectations.isEmpty()
                && (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue"))) {
            throw new Refusal(ProblemType.EXPECTATION_FAILED, ProblemType.EXPECTATION_FAILED.meaning());
        }
    }

    /** Undertow looks at the first Connection field as a whole; it is a list, of any number of lines. */
    private static boolean keepAlive(Headers fields, String version) {
        boolean keep = !version.equals("1.0");
        for (String line : fields.all("Connection")) {
            for (String option : line.split(",", -1)) {
                String known = option.strip().toLowerCase(Locale.ROOT);
                if (known.equals("close")) {
                    return false;
                }
                keep |= known.equals("keep-alive");
            }
        }
        return keep;
    }

    private static Refusal malformed(String detail) {
        return new Refusal(ProblemType.MALFORMED_REQUEST, detail);
    }

    /** Ends the checks early; thrown and caught in this file alone. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Refusal(ProblemType type, String detail) {
            super(null, null, false, false);
            this.problem = Problem.of(type, detail);
        }
    }
}
