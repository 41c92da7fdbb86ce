package io.inferenceproxy.problem;

import java.util.Locale;

/**
 * The one list of the problems that the proxy reports; each has a slug, a status, and words for people.
 *
 * <p>The documentation pages, the OpenAPI document and {@code docs/problems.md} are generated from it.
 */
public enum ProblemType {
    MALFORMED_REQUEST(
            400,
            "Malformed request",
            "The request breaks the rules of HTTP, or its target is not in a form that every server reads alike.",
            "Use an ordinary HTTP client; percent-encode what must be; send no dot segments or empty path segments."),
    MALFORMED_JSON(
            400,
            "Malformed JSON",
            "The body is empty, not UTF-8, not well-formed JSON, too deeply nested, or names a member twice.",
            "Mend the body at the line and column that the problem names."),
    CONFLICTING_CREDENTIALS(
            400,
            "Conflicting credentials",
            "The request carries two different credentials, so it is not clear who is calling.",
            "Send one Authorization field, or one X-API-Key field, not both."),
    MISSING_CREDENTIALS(
            401,
            "Missing credentials",
            "The route is for callers who have signed in, and the request carries no credentials.",
            "Send `Authorization: Bearer <token>`; POST /api/login gives a token."),
    INVALID_CREDENTIALS(
            401,
            "Invalid credentials",
            "The credentials were refused: expired, revoked, not meant for this proxy, or never valid.",
            "Sign in again. The operator's log has the reason under the request id."),
    NOT_PERMITTED(
            403,
            "Not permitted",
            "The caller is known but lacks a role or scope that the route asks for.",
            "Ask the operator for the role or scope, or use another route."),
    NOT_FOUND(404, "Not found", "No route and no page has this path.", "See /docs or /openapi.json for what there is."),
    METHOD_NOT_ALLOWED(
            405,
            "Method not allowed",
            "The path exists, but not for this method.",
            "Use one of the methods that the Allow field names."),
    REQUEST_TIMEOUT(
            408,
            "Request timeout",
            "The request came too slowly: its head took too long, or its body stalled.",
            "Send the request at once; look for a stalled upload or network."),
    CONFLICT(409, "Conflict", "The request cannot be done in the present state.", "Read the state again, then retry."),
    PRECONDITION_FAILED(
            412,
            "Precondition failed",
            "The resource is not in the state that a conditional field of the request asks for.",
            "Read the resource again and use its present ETag."),
    BODY_TOO_LARGE(
            413,
            "Body too large",
            "The body has more bytes than the route takes.",
            "Send a smaller body, or several; the problem's detail names the limit."),
    TARGET_TOO_LONG(414, "Target too long", "The request line is longer than the proxy takes.", "Move data to a body."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "Unsupported media type",
            "The body is not declared as JSON, or it is compressed.",
            "Send `Content-Type: application/json` and no Content-Encoding."),
    EXPECTATION_FAILED(
            417,
            "Expectation failed",
            "The Expect field asks for something other than 100-continue.",
            "Leave the Expect field out, or send `100-continue`."),
    SCHEMA_VIOLATION(
            422,
            "Schema violation",
            "The body is well-formed JSON but does not follow the schema of the route.",
            "Mend the places that `errors` points to; the schema stands in /openapi.json."),
    PRECONDITION_REQUIRED(
            428,
            "Precondition required",
            "The request must be conditional, so that it cannot undo another's change unseen.",
            "Read the resource, then send its ETag in If-Match."),
    RATE_LIMITED(
            429,
            "Rate limited",
            "A quota is used up: the caller's, the address's, the route's or everyone's.",
            "Wait for as many seconds as Retry-After says; RateLimit fields show what is left."),
    TOO_MANY_IN_FLIGHT(
            429,
            "Too many in flight",
            "The caller has as many calls under way as are allowed at once.",
            "Wait for one of them to end before starting another."),
    HEADERS_TOO_LARGE(
            431,
            "Headers too large",
            "The head of the request is larger than the proxy takes, or has too many fields.",
            "Send fewer or shorter header fields."),
    INTERNAL_ERROR(
            500,
            "Internal error",
            "The proxy met something that it did not expect. It is a defect of the proxy.",
            "Retry; tell the operator the request id, under which the log has the details."),
    NOT_IMPLEMENTED(
            501,
            "Not implemented",
            "The method or transfer coding is one that the proxy does not serve.",
            "Use another method, or send the body with Content-Length or chunked."),
    UPSTREAM_UNREACHABLE(
            502,
            "Upstream unreachable",
            "The service behind the proxy could not be reached, or closed the connection before it answered.",
            "Retry later; the operator should look whether the service runs."),
    UPSTREAM_PROTOCOL_ERROR(
            502,
            "Upstream protocol error",
            "The service behind the proxy answered with something that is not valid HTTP.",
            "The operator should look at the service."),
    OVERLOADED(
            503,
            "Overloaded",
            "The service has as many calls under way and waiting as it can take, or the proxy holds as much content as it may.",
            "Retry after as many seconds as Retry-After says."),
    DRAINING(
            503,
            "Draining",
            "The proxy is shutting down and takes no new calls.",
            "Retry: another instance, or this one restarted, will answer."),
    UPSTREAM_UNAVAILABLE(
            503,
            "Upstream unavailable",
            "No usable address of the service is known, so it was not tried; or the issuer of the token gives no keys, so the token could not be checked.",
            "Retry after as many seconds as Retry-After says."),
    UPSTREAM_TIMEOUT(
            504,
            "Upstream timeout",
            "The service behind the proxy did not answer, or not go on, in time.",
            "Retry with less work per request; the operator can raise the timeouts of the route."),
    HTTP_VERSION_NOT_SUPPORTED(
            505,
            "HTTP version not supported",
            "The request is of a version of HTTP that the proxy does not speak.",
            "Use HTTP/1.1.");

    private final String slug = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final int status;
    private final String title;
    private final String meaning;
    private final String cure;

    ProblemType(int status, String title, String meaning, String cure) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
        this.cure = cure;
    }

    /** The name in URIs, in the member {@code code}, in logs and metrics. */
    public String slug() {
        return slug;
    }

    /** The status code of the answer. */
    public int status() {
        return status;
    }

    /** A short title, the same for all occurrences. */
    public String title() {
        return title;
    }

    /** What it means and why it happens, for people. */
    public String meaning() {
        return meaning;
    }

    /** What the client, or the operator, can do about it. */
    public String cure() {
        return cure;
    }
}
