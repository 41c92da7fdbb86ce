package io.inferenceproxy.call;

import io.inferenceproxy.time.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a call so far, for the report at its end: each stage writes what only it knows, nobody decides by it.
 *
 * <p>Used on the call's I/O thread only.
 */
public final class CallTrace {

    private static final int MARKS = Mark.values().length;

    private final Ticker ticker;
    private final long startNanos;
    private final long[] markNanos = new long[MARKS];
    private String route = "";
    private ApiStyle style = ApiStyle.NATIVE;
    private Caller caller = Caller.ANONYMOUS;
    private String problem = "";
    private String reason = "";
    private String upstream = "";
    private int upstreamStatus;
    private long requestBytes;
    private long responseBytes;
    private boolean brokenOff;
    private @Nullable Throwable failure;

    /** The moments that are kept. */
    public enum Mark {
        /** The caller is known and may use the route. */
        AUTHENTICATED,
        /** All limits admit the call. */
        ADMITTED,
        /** The content passed all checks. */
        VALIDATED,
        /** The request's head went to the upstream. */
        UPSTREAM_SENT,
        /** The head of the upstream's answer came. */
        UPSTREAM_ANSWERED,
        /** The head of our answer was written. */
        ANSWERED
    }

    public CallTrace(Ticker ticker) {
        this.ticker = ticker;
        this.startNanos = ticker.nanoTime();
    }

    /** Notes that a moment was reached; the first time counts. */
    public void mark(Mark mark) {
        if (markNanos[mark.ordinal()] == 0) {
            markNanos[mark.ordinal()] = Math.max(1, ticker.nanoTime() - startNanos);
        }
    }

    /** Nanoseconds from the start of the call to that moment; 0 when it never came. */
    public long nanosTo(Mark mark) {
        return markNanos[mark.ordinal()];
    }

    /** Nanoseconds from the start of the call to now. */
    public long elapsedNanos() {
        return ticker.nanoTime() - startNanos;
    }

    /** Notes which route the call took; {@link ProxyCall#withRoute} does. */
    void route(String route, ApiStyle style) {
        this.route = route;
        this.style = style;
    }

    /** The name of the route; empty when none was found. */
    public String route() {
        return route;
    }

    /** How errors are worded on that route. */
    public ApiStyle style() {
        return style;
    }

    /** Notes who makes the call; {@link ProxyCall#withCaller} does. */
    void caller(Caller caller) {
        this.caller = caller;
    }

    /** Who makes the call, as far as it came to be known. */
    public Caller caller() {
        return caller;
    }

    /** Notes the problem that the proxy answers with, by its slug, and why, in words for the log alone. */
    public void refused(String problem, String reason) {
        this.problem = problem;
        this.reason = reason;
    }

    /** Notes words for the log alone, before it is known what becomes of them. */
    public void explained(String reason) {
        this.reason = reason;
    }

    /** The slug of the problem that the proxy answered with; empty when it made none. */
    public String problem() {
        return problem;
    }

    /** Words for the log alone; empty when there is nothing to say. */
    public String reason() {
        return reason;
    }

    /** Notes a surprise, to be logged with its stack trace. */
    public void failed(Throwable failure) {
        this.failure = failure;
    }

    public @Nullable Throwable failure() {
        return failure;
    }

    /** Notes that the answer is not the whole that the upstream began, although its body ends in order. */
    public void brokeOff() {
        brokenOff = true;
    }

    /** Whether the call ended as {@link CallEnd#BROKEN_OFF} although the last byte of its answer was written. */
    public boolean isBrokenOff() {
        return brokenOff;
    }

    /** Notes which upstream address was tried. */
    public void upstream(String address) {
        this.upstream = address;
    }

    /** The upstream address, {@code host:port}; empty when none was tried. */
    public String upstream() {
        return upstream;
    }

    /** Notes the status that the upstream answered with. */
    public void upstreamStatus(int status) {
        this.upstreamStatus = status;
    }

    /** The upstream's status; 0 when it did not answer. */
    public int upstreamStatus() {
        return upstreamStatus;
    }

    /** Counts bytes of the request's body as they come. */
    public void requestBytes(long more) {
        requestBytes += more;
    }

    /** How many bytes of the request's body have come. */
    public long requestBytes() {
        return requestBytes;
    }

    /** Counts bytes of the answer's body as they go. */
    public void responseBytes(long more) {
        responseBytes += more;
    }

    /** How many bytes of the answer's body went out. */
    public long responseBytes() {
        return responseBytes;
    }
}
