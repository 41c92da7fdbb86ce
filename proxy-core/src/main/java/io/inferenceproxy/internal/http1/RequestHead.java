package io.inferenceproxy.internal.http1;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a request says, checked against RFC 9110 and RFC 9112; or the problem with it.
 *
 * @param problem why the request cannot be served; null when it can
 * @param method the method
 * @param target canonical path and query
 * @param authority host and port that the client named; empty for none
 * @param http10 whether it is of HTTP/1.0
 * @param keepAlive whether the client wants the connection kept
 * @param length how long the body is; 0 for none, {@link #CHUNKED} when only its end will tell
 * @param expectsContinue whether the client waits for {@code 100 Continue}
 * @param headers the fields, framing fields among them
 */
public record RequestHead(
        @Nullable Problem problem,
        String method,
        RequestTarget target,
        String authority,
        boolean http10,
        boolean keepAlive,
        long length,
        boolean expectsContinue,
        Headers headers) {

    /** The length of a body that comes in chunks. */
    public static final long CHUNKED = -1;

    private static final int MOST_FIELDS = 200;

    /** The head of a request that did not come in time. */
    public static RequestHead tooSlow() {
        return refused(Problem.of(ProblemType.REQUEST_TIMEOUT, "The head of the request did not come in time."));
    }

    /** A head that is no valid HTTP. */
    public static RequestHead broken(String violation) {
        return refused(Problem.of(ProblemType.MALFORMED_REQUEST, "The head of the request is not valid HTTP/1.1.")
                .withReason(violation));
    }

    /** A head that is too long, in its first line or in all. */
    public static RequestHead tooLong(boolean inFirstLine) {
        return refused(
                inFirstLine
                        ? Problem.of(ProblemType.TARGET_TOO_LONG, "The request line is too long.")
                        : Problem.of(ProblemType.HEADERS_TOO_LARGE, "The head is too large."));
    }

    /** A head that another decoder took apart. */
    public static RequestHead of(String method, String uri, String version, int fieldCount, Headers headers) {
        return of(RequestLine.of(method, uri, version), Framing.of(headers), fieldCount, headers);
    }

    /**
     * The head of a stream of HTTP/2, nothing when it is malformed in such a way that the stream is reset (RFC 9113 sections
     * 8.1.1, 8.2 and 8.3).
     *
     * @param path the path as sent; empty for none
     * @param authority host and port as sent; empty for none
     * @param ended whether nothing follows the head
     */
    public static Optional<RequestHead> ofStream(
            String method, String path, String authority, FieldBlock block, boolean ended) {
        FieldLines fields = block.lines();
        Framing framing = Framing.of(fields);
        boolean lengthUnclear = framing.lengths() > 0 && framing.length() == Framing.UNKNOWN;
        boolean pathless = !path.startsWith("/") && !path.equals("*") && !method.equals("CONNECT");
        boolean twoHosts = framing.hosts() > 1
                || framing.hosts() == 1
                        && !authority.isEmpty()
                        && !framing.host().equalsIgnoreCase(authority);
        if (pathless
                || hasControl(path)
                || hasControl(authority)
                || twoHosts
                || lengthUnclear
                || ended && framing.length() > 0
                || isOfOneConnection(fields)) {
            return Optional.empty();
        }
        RequestLine line = RequestLine.of(method, path, "HTTP/1.1");
        String host = authority.isEmpty() ? framing.host() : authority;
        Problem problem = line.problem();
        if (problem == null) {
            problem = fields.count() > MOST_FIELDS
                    ? tooManyFields()
                    : Authority.isValid(host)
                            ? expectationProblem(framing)
                            : malformed("The :authority must be one host with an optional port.");
        }
        if (problem != null) {
            return Optional.of(refused(problem, line.method(), fields));
        }
        long length = framing.lengths() > 0 ? framing.length() : CHUNKED;
        return Optional.of(new RequestHead(
                null,
                line.method(),
                line.target(),
                host,
                false,
                true,
                ended ? 0 : length,
                framing.expectsContinue(),
                fields));
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c <= ' ' || c == 0x7F);
    }

    /** Fields that speak of one connection of HTTP/1 (RFC 9113 section 8.2.2). */
    private static boolean isOfOneConnection(FieldLines fields) {
        return fields.contains("connection")
                || fields.contains("keep-alive")
                || fields.contains("proxy-connection")
                || fields.contains("transfer-encoding")
                || fields.contains("upgrade")
                || fields.contains("te") && !fields.first("te").equals(Optional.of("trailers"));
    }

    static RequestHead of(RequestLine line, FieldLines fields) {
        return of(line, Framing.of(fields), fields.count(), fields);
    }

    private static RequestHead of(RequestLine line, Framing framing, int fieldCount, Headers headers) {
        Problem problem = line.problem();
        if (problem == null) {
            problem = fieldCount > MOST_FIELDS ? tooManyFields() : problemOf(framing, line);
        }
        if (problem != null) {
            return refused(problem, line.method(), headers);
        }
        return new RequestHead(
                null,
                line.method(),
                line.target(),
                line.authority().isEmpty() ? framing.host() : line.authority(),
                line.http10(),
                !framing.closes() && (!line.http10() || framing.keepsAlive()),
                framing.codings() > 0 ? CHUNKED : Math.max(0, framing.length()),
                framing.expectsContinue() && !line.http10(),
                headers);
    }

    private static RequestHead refused(Problem problem) {
        return refused(problem, "", Headers.empty());
    }

    private static RequestHead refused(Problem problem, String method, Headers headers) {
        return new RequestHead(problem.withClosing(), method, RequestTarget.ROOT, "", false, false, 0, false, headers);
    }

    /** One length of 1 to 18 digits, or exactly the coding chunked, and never both (RFC 9112 section 6); one host. */
    private static @Nullable Problem problemOf(Framing framing, RequestLine line) {
        if (framing.hasOldWebSocket()) {
            return malformed("The request asks for a WebSocket of a draft that counts its body apart.");
        }
        if (framing.codings() > 0 && (line.http10() || framing.lengths() > 0 || !framing.isChunkedAlone())) {
            return malformed("The length of the body is not clear: Transfer-Encoding must be chunked and stand alone.");
        }
        if (framing.lengths() > 0 && framing.length() == Framing.UNKNOWN) {
            return malformed("The length of the body is not clear: Content-Length must be one number.");
        }
        boolean hostMissing = framing.hosts() == 0 && line.http10();
        if (!hostMissing && (framing.hosts() != 1 || !Authority.isValid(framing.host()))) {
            return malformed("The Host field must be one host with an optional port.");
        }
        return expectationProblem(framing);
    }

    private static @Nullable Problem expectationProblem(Framing framing) {
        return framing.expectations() > 0 && !framing.expectsContinue()
                ? Problem.of(ProblemType.EXPECTATION_FAILED, ProblemType.EXPECTATION_FAILED.meaning())
                : null;
    }

    private static Problem tooManyFields() {
        return Problem.of(ProblemType.HEADERS_TOO_LARGE, "The head has more than " + MOST_FIELDS + " fields.");
    }

    private static Problem malformed(String detail) {
        return Problem.of(ProblemType.MALFORMED_REQUEST, detail);
    }
}
