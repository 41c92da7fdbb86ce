package io.inferenceproxy.observe;

/** The one list of the keys in the log lines of calls. A key whose value is empty or unknown is left out. */
public enum LogKey {
    EVENT("event", "What the line tells: `call`, or `failure` for a surprise inside the proxy"),
    REQUEST_ID("requestId", "The identifier of the call, as in `X-Request-Id`"),
    SUBJECT("subject", "Who called"),
    ISSUER("issuer", "Who vouches for the subject"),
    ROUTE("route", "The name of the route"),
    METHOD("method", "The method, as sent"),
    PATH("path", "The canonical path, without the query, which may carry secrets"),
    VERSION("version", "The version of HTTP"),
    STATUS("status", "The status of the answer"),
    CODE("code", "The slug of the problem that the proxy answered with"),
    REASON("reason", "Why, in words that the caller is not told"),
    OUTCOME("outcome", "`completed`, `client-gone`, or `broken-off` for an answer that failed after its head"),
    TOTAL("totalMs", "Milliseconds from the first byte of the request to the end of the answer"),
    AUTH("authMs", "Milliseconds until the caller was known and permitted"),
    LIMIT("limitMs", "Milliseconds until all limits admitted the call"),
    VALIDATE("validateMs", "Milliseconds until the content had passed all checks, the wait for it included"),
    QUEUE("queueMs", "Milliseconds until the request's head went to the upstream: waiting for a slot and connecting"),
    UPSTREAM_TIME("upstreamMs", "Milliseconds until the head of the upstream's answer came"),
    REQUEST_BYTES("requestBytes", "Bytes of the request's body that came"),
    RESPONSE_BYTES("responseBytes", "Bytes of the answer's body that went out"),
    UPSTREAM("upstream", "The upstream address that was tried"),
    UPSTREAM_STATUS("upstreamStatus", "The status that the upstream answered with"),
    CLIENT("client", "The address that the call came from"),
    TRACE_ID("traceId", "The trace that the call belongs to (W3C Trace Context)");

    private final String key;
    private final String meaning;

    LogKey(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    /** The key in the log line. */
    public String key() {
        return key;
    }

    /** What its value tells, for people. */
    public String meaning() {
        return meaning;
    }
}
