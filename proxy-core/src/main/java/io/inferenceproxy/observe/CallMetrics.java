package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.problem.ProblemType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts and times calls. Used by one thread at a time.
 *
 * <p>The values of all tags come from closed sets: the routes and upstreams that are configured, known methods, slugs,
 * statuses. The meters of a series are looked up once and kept, and the number of series is bounded, so a stranger
 * cannot make the registry grow. The series of late calls are found without a key: most calls are like one of them.
 */
public final class CallMetrics {

    private static final int MAX_SERIES = 2_000;

    /** How many late series are kept at hand; a power of two. */
    private static final int RECENT = 64;

    private static final String NO_ROUTE = "_none";
    private static final String OTHER = "_OTHER";
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final Set<String> VERSIONS = Set.of("1.0", "1.1", "2");
    private static final Map<String, String> AUTH_REASONS = Map.of(
            ProblemType.MISSING_CREDENTIALS.slug(), "missing",
            ProblemType.INVALID_CREDENTIALS.slug(), "invalid",
            ProblemType.CONFLICTING_CREDENTIALS.slug(), "conflicting",
            ProblemType.NOT_PERMITTED.slug(), "not-permitted");
    private static final Set<String> CONTENT_PROBLEMS = Stream.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    ProblemType.BODY_TOO_LARGE,
                    ProblemType.MALFORMED_JSON,
                    ProblemType.SCHEMA_VIOLATION)
            .map(ProblemType::slug)
            .collect(Collectors.toUnmodifiableSet());

    private final ProxyMeters meters;
    private final Map<String, String> routePaths;
    private final Map<String, Counter> problems = new HashMap<>();
    private final Map<String, Counter> authFailures = new HashMap<>();
    private final RecentServerSeries[] recentServer = new RecentServerSeries[RECENT];
    private final RecentClientSeries[] recentClient = new RecentClientSeries[RECENT];
    private final BoundedSeries<ServerKey, ServerSeries> server =
            new BoundedSeries<>(MAX_SERIES, this::newServerSeries, ServerKey::folded);
    private final BoundedSeries<ClientKey, Timer> client =
            new BoundedSeries<>(MAX_SERIES, this::newClientTimer, ClientKey::folded);
    private final BoundedSeries<ContentKey, Counter> content =
            new BoundedSeries<>(MAX_SERIES, this::newContentCounter, key -> new ContentKey(OTHER, key.code));

    /**
     * @param registry where the meters go
     * @param routePaths the path of each route by its name, such as {@code /api/inference/**}; calls on no route, or on
     *     one that is not named here, are counted under {@code _none}
     */
    public CallMetrics(MeterRegistry registry, Map<String, String> routePaths) {
        this.meters = new ProxyMeters(registry);
        this.routePaths = Map.copyOf(routePaths);
        for (ProblemType type : ProblemType.values()) {
            problems.put(type.slug(), meters.counter(ProxyMetric.PROBLEMS, type.slug()));
        }
        AUTH_REASONS.forEach(
                (slug, reason) -> authFailures.put(slug, meters.counter(ProxyMetric.AUTH_FAILURES, reason)));
    }

    /** Counts and times a call that has ended. */
    void record(CallTrace trace) {
        ServerSeries series = serverSeries(trace);
        series.duration.record(trace.elapsedNanos(), TimeUnit.NANOSECONDS);
        series.requestBody.record((double) trace.requestBytes());
        series.responseBody.record((double) trace.responseBytes());
        if (!trace.upstream().isEmpty()) {
            long nanos = StageTimes.upstream(trace);
            if (nanos > 0) {
                clientTimer(trace).record(nanos, TimeUnit.NANOSECONDS);
            }
        }
        if (!trace.problem().isEmpty()) {
            onProblem(trace.problem(), path(trace));
        }
    }

    private ServerSeries serverSeries(CallTrace trace) {
        int place = RecentServerSeries.hash(trace) & (RECENT - 1);
        RecentServerSeries recent = recentServer[place];
        if (recent != null && recent.fits(trace)) {
            return recent.series;
        }
        ServerSeries series = server.get(ServerKey.of(trace, path(trace)));
        if (METHODS.contains(trace.method())) { // else the client chose the text, and we should keep it
            recentServer[place] = RecentServerSeries.of(trace, series);
        }
        return series;
    }

    private Timer clientTimer(CallTrace trace) {
        int place = RecentClientSeries.hash(trace) & (RECENT - 1);
        RecentClientSeries recent = recentClient[place];
        if (recent != null && recent.fits(trace)) {
            return recent.duration;
        }
        Timer timer = client.get(ClientKey.of(trace));
        if (METHODS.contains(trace.method()) && trace.upstreamStatus() != 0) {
            recentClient[place] =
                    new RecentClientSeries(trace.upstream(), trace.method(), trace.upstreamStatus(), timer);
        }
        return timer;
    }

    private String path(CallTrace trace) {
        return routePaths.getOrDefault(trace.route(), NO_ROUTE);
    }

    private void onProblem(String code, String route) {
        Counter problem = problems.get(code);
        if (problem != null) {
            problem.increment();
        }
        Counter authFailure = authFailures.get(code);
        if (authFailure != null) {
            authFailure.increment();
        }
        if (CONTENT_PROBLEMS.contains(code)) {
            content.get(new ContentKey(route, code)).increment();
        }
    }

    private ServerSeries newServerSeries(ServerKey key) {
        return new ServerSeries(
                meters.timer(
                        ProxyMetric.SERVER_DURATION,
                        key.method,
                        key.route,
                        status(key.status),
                        key.error,
                        key.version,
                        key.secure ? "https" : "http"),
                meters.bytes(ProxyMetric.SERVER_REQUEST_BODY, key.method, key.route),
                meters.bytes(ProxyMetric.SERVER_RESPONSE_BODY, key.method, key.route));
    }

    private Timer newClientTimer(ClientKey key) {
        int colon = key.upstream.lastIndexOf(':');
        return meters.timer(
                ProxyMetric.CLIENT_DURATION,
                key.method,
                colon < 0 ? key.upstream : key.upstream.substring(0, colon),
                colon < 0 ? "" : key.upstream.substring(colon + 1),
                status(key.status),
                key.error);
    }

    private Counter newContentCounter(ContentKey key) {
        return meters.counter(ProxyMetric.VALIDATION_FAILURES, key.route, key.code);
    }

    private static String method(CallTrace trace) {
        return METHODS.contains(trace.method()) ? trace.method() : OTHER;
    }

    private static String error(CallTrace trace) {
        if (!trace.problem().isEmpty()) {
            return trace.problem();
        }
        if (trace.end() != CallEnd.COMPLETED) {
            return AccessLog.outcome(trace.end());
        }
        return trace.status() >= 500 ? Integer.toString(trace.status()) : "";
    }

    /** An attribute without a value is a label with an empty one, which to Prometheus is the same as no label. */
    private static String status(int status) {
        return status == 0 ? "" : Integer.toString(status);
    }

    private record ServerSeries(Timer duration, DistributionSummary requestBody, DistributionSummary responseBody) {}

    private record ContentKey(String route, String code) {}

    /** The series of late calls, with what such a call is known by. */
    private record RecentServerSeries(
            String route,
            String method,
            int status,
            String problem,
            CallEnd end,
            String version,
            boolean secure,
            ServerSeries series) {

        static RecentServerSeries of(CallTrace trace, ServerSeries series) {
            return new RecentServerSeries(
                    trace.route(),
                    trace.method(),
                    trace.status(),
                    trace.problem(),
                    trace.end(),
                    trace.version(),
                    trace.secure(),
                    series);
        }

        static int hash(CallTrace trace) {
            return trace.route().hashCode() + trace.method().hashCode() + trace.status();
        }

        /** The texts are mostly the very same, which makes this quick, but need not be. */
        boolean fits(CallTrace trace) {
            return status == trace.status()
                    && end == trace.end()
                    && secure == trace.secure()
                    && route.equals(trace.route())
                    && method.equals(trace.method())
                    && problem.equals(trace.problem())
                    && version.equals(trace.version());
        }
    }

    /** The timer of late exchanges with an upstream that did answer. */
    private record RecentClientSeries(String upstream, String method, int status, Timer duration) {

        static int hash(CallTrace trace) {
            return trace.upstream().hashCode() + trace.method().hashCode() + trace.upstreamStatus();
        }

        boolean fits(CallTrace trace) {
            return status == trace.upstreamStatus()
                    && upstream.equals(trace.upstream())
                    && method.equals(trace.method());
        }
    }

    private record ServerKey(String route, String method, int status, String error, String version, boolean secure) {

        static ServerKey of(CallTrace trace, String route) {
            return new ServerKey(
                    route,
                    CallMetrics.method(trace),
                    trace.status(),
                    CallMetrics.error(trace),
                    VERSIONS.contains(trace.version()) ? trace.version() : OTHER,
                    trace.secure());
        }

        /** What is left when there is no room for more series: the class of the status. */
        ServerKey folded() {
            return new ServerKey(OTHER, OTHER, status / 100 * 100, "", OTHER, secure);
        }
    }

    private record ClientKey(String upstream, String method, int status, String error) {

        static ClientKey of(CallTrace trace) {
            return new ClientKey(
                    trace.upstream(),
                    CallMetrics.method(trace),
                    trace.upstreamStatus(),
                    trace.upstreamStatus() == 0 ? CallMetrics.error(trace) : "");
        }

        ClientKey folded() {
            return new ClientKey(OTHER, OTHER, status / 100 * 100, "");
        }
    }
}
