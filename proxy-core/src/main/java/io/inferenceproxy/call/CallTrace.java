package io.inferenceproxy.call;

import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.time.Ticker;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call so far, for the report at its end: each stage writes what only it knows, nobody decides by it.
 *
 * <p>Used on the call's I/O thread only, until {@link #ended}. From then on it does not change and any thread may read it.
 * It holds what is told of a call and nothing else: no headers, no content, so it can outlive the call.
 *
 * <p>It is over 300 lines because it is a list of facts, each with how it is noted and read.
 */
public final class CallTrace {

    private final Ticker ticker;
    private final boolean timesStages;
    private final long startNanos;
    private long authenticatedNanos;
    private long admittedNanos;
    private long validatedNanos;
    private long sentNanos;
    private long upstreamAnsweredNanos;
    private long totalNanos;
    private long requestBytes;
    private long responseBytes;
    private String id = "";
    private String method = "";
    private String path = "";
    private String version = "";
    private @Nullable InetAddress client;
    private @Nullable TraceParent traceParent;
    private String route = "";
    private ApiStyle style = ApiStyle.NATIVE;
    private Caller caller = Caller.ANONYMOUS;
    private String problem = "";
    private String reason = "";
    private String upstream = "";
    private CallEnd end = CallEnd.COMPLETED;
    private @Nullable Throwable failure;
    private int status;
    private int upstreamStatus;
    private boolean secure;
    private boolean brokenOff;
    private boolean over;

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
        UPSTREAM_ANSWERED
    }

    /** A trace of a call that has just begun. */
    public CallTrace(Ticker ticker) {
        this(ticker, true);
    }

    private CallTrace(Ticker ticker, boolean timesStages) {
        this.ticker = ticker;
        this.timesStages = timesStages;
        this.startNanos = ticker.nanoTime();
    }

    /** As the constructor, for a call of whose stages nobody reads how long they took: of all marks the upstream's are kept. */
    public static CallTrace withoutStages(Ticker ticker) {
        return new CallTrace(ticker, false);
    }

    /** Notes what was asked, and where from; {@link ProxyCall#arrived} does. */
    void arrived(String id, ProxyRequest request, ClientAddress client, TraceParent traceParent) {
        this.id = id;
        this.method = request.method();
        this.path = request.target().path();
        this.version = request.version();
        this.secure = request.secure();
        this.client = client.address();
        this.traceParent = traceParent;
    }

    /** Notes that a moment was reached; the first time counts. */
    public void mark(Mark mark) {
        if (over) {
            return;
        }
        switch (mark) {
            case UPSTREAM_SENT -> sentNanos = reached(sentNanos);
            case UPSTREAM_ANSWERED -> upstreamAnsweredNanos = reached(upstreamAnsweredNanos);
            case AUTHENTICATED -> authenticatedNanos = stage(authenticatedNanos);
            case ADMITTED -> admittedNanos = stage(admittedNanos);
            case VALIDATED -> validatedNanos = stage(validatedNanos);
        }
    }

    private long stage(long before) {
        return timesStages ? reached(before) : before;
    }

    private long reached(long before) {
        return before == 0 ? Math.max(1, ticker.nanoTime() - startNanos) : before;
    }

    /** Nanoseconds from the start of the call to that moment; 0 when it never came, or is not kept. */
    public long nanosTo(Mark mark) {
        return switch (mark) {
            case AUTHENTICATED -> authenticatedNanos;
            case ADMITTED -> admittedNanos;
            case VALIDATED -> validatedNanos;
            case UPSTREAM_SENT -> sentNanos;
            case UPSTREAM_ANSWERED -> upstreamAnsweredNanos;
        };
    }

    /** Nanoseconds from the start of the call to its end, or to now while it goes on. */
    public long elapsedNanos() {
        return over ? totalNanos : ticker.nanoTime() - startNanos;
    }

    /** When the call began, as the ticker told. */
    public long startNanos() {
        return startNanos;
    }

    /** Notes that an answer with this status is on its way. */
    public void answered(int status) {
        if (!over) {
            this.status = status;
        }
    }

    /** The status of the answer; 0 when there is none. */
    public int status() {
        return status;
    }

    /** Notes the end of the call; nothing that is noted later counts. */
    public void ended(CallEnd end) {
        if (!over) {
            this.end = end;
            this.totalNanos = ticker.nanoTime() - startNanos;
            this.over = true;
        }
    }

    /** How the call ended; {@link CallEnd#COMPLETED} while it goes on. */
    public CallEnd end() {
        return end;
    }

    /** The identifier of the call. */
    public String id() {
        return id;
    }

    /** The method, as sent. */
    public String method() {
        return method;
    }

    /** The canonical path. */
    public String path() {
        return path;
    }

    /** The version of HTTP. */
    public String version() {
        return version;
    }

    /** Whether the call came over TLS. */
    public boolean secure() {
        return secure;
    }

    /** Where the call came from; empty when no call has arrived with this trace. */
    public Optional<InetAddress> client() {
        return Optional.ofNullable(client);
    }

    /** The identifier of the trace that the call belongs to; empty when no call has arrived with this trace. */
    public String traceId() {
        return traceParent == null ? "" : traceParent.traceId();
    }

    /** Notes which route the call took; {@link ProxyCall#withRoute} does. */
    void route(String route, ApiStyle style) {
        if (!over) {
            this.route = route;
            this.style = style;
        }
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
        if (!over) {
            this.caller = caller;
        }
    }

    /** Who makes the call, as far as it came to be known. */
    public Caller caller() {
        return caller;
    }

    /** Notes the problem that the proxy answers with, by its slug, and why, in words for the log alone. */
    public void refused(String problem, String reason) {
        if (!over) {
            this.problem = problem;
            this.reason = reason;
        }
    }

    /** Notes words for the log alone, before it is known what becomes of them. */
    public void explained(String reason) {
        if (!over) {
            this.reason = reason;
        }
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
        if (!over) {
            this.failure = failure;
        }
    }

    public @Nullable Throwable failure() {
        return failure;
    }

    /** Notes that the answer is not the whole that the upstream began, although its body ends in order. */
    public void brokeOff() {
        if (!over) {
            brokenOff = true;
        }
    }

    /** Whether the call ended as {@link CallEnd#BROKEN_OFF} although the last byte of its answer was written. */
    public boolean isBrokenOff() {
        return brokenOff;
    }

    /** Notes which upstream address was tried. */
    public void upstream(String address) {
        if (!over) {
            this.upstream = address;
        }
    }

    /** The upstream address, {@code host:port}; empty when none was tried. */
    public String upstream() {
        return upstream;
    }

    /** Notes the status that the upstream answered with. */
    public void upstreamStatus(int status) {
        if (!over) {
            this.upstreamStatus = status;
        }
    }

    /** The upstream's status; 0 when it did not answer. */
    public int upstreamStatus() {
        return upstreamStatus;
    }

    /** Counts bytes of the request's body as they come. */
    public void requestBytes(long more) {
        if (!over) {
            requestBytes += more;
        }
    }

    /** How many bytes of the request's body have come. */
    public long requestBytes() {
        return requestBytes;
    }

    /** Counts bytes of the answer's body as they go. */
    public void responseBytes(long more) {
        if (!over) {
            responseBytes += more;
        }
    }

    /** How many bytes of the answer's body went out. */
    public long responseBytes() {
        return responseBytes;
    }
}
