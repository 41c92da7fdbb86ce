package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
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
 * Counts and times calls.
 *
 * <p>The values of all tags come from closed sets: the routes and upstreams that are configured, known methods, slugs,
 * statuses. The meters of a series are looked up once and kept, and the number of series is bounded, so a stranger
 * cannot make the registry grow.
 */
public final class CallMetrics implements CallObserver {

    private static final int MAX_SERIES = 2_000;
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

    @Override
    public void onCall(CallReport report) {
        ServerKey key = ServerKey.of(report, routePaths);
        ServerSeries series = server.get(key);
        series.duration.record(report.times().total(), TimeUnit.NANOSECONDS);
        series.requestBody.record((double) report.requestBytes());
        series.responseBody.record((double) report.responseBytes());
        if (!report.upstream().isEmpty() && report.times().upstream() > 0) {
            client.get(ClientKey.of(report, key)).record(report.times().upstream(), TimeUnit.NANOSECONDS);
        }
        if (!report.code().isEmpty()) {
            onProblem(report.code(), key.route);
        }
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

    /** An attribute without a value is a label with an empty one, which to Prometheus is the same as no label. */
    private static String status(int status) {
        return status == 0 ? "" : Integer.toString(status);
    }

    private record ServerSeries(Timer duration, DistributionSummary requestBody, DistributionSummary responseBody) {}

    private record ContentKey(String route, String code) {}

    private record ServerKey(String route, String method, int status, String error, String version, boolean secure) {

        static ServerKey of(CallReport report, Map<String, String> routePaths) {
            return new ServerKey(
                    routePaths.getOrDefault(report.route(), NO_ROUTE),
                    METHODS.contains(report.method()) ? report.method() : OTHER,
                    report.status(),
                    error(report),
                    VERSIONS.contains(report.version()) ? report.version() : OTHER,
                    report.secure());
        }

        private static String error(CallReport report) {
            if (!report.code().isEmpty()) {
                return report.code();
            }
            if (report.outcome() != CallEnd.COMPLETED) {
                return AccessLog.outcome(report.outcome());
            }
            return report.status() >= 500 ? Integer.toString(report.status()) : "";
        }

        /** What is left when there is no room for more series: the class of the status. */
        ServerKey folded() {
            return new ServerKey(OTHER, OTHER, status / 100 * 100, "", OTHER, secure);
        }
    }

    private record ClientKey(String upstream, String method, int status, String error) {

        static ClientKey of(CallReport report, ServerKey key) {
            return new ClientKey(
                    report.upstream(),
                    key.method,
                    report.upstreamStatus(),
                    report.upstreamStatus() == 0 ? key.error : "");
        }

        ClientKey folded() {
            return new ClientKey(OTHER, OTHER, status / 100 * 100, "");
        }
    }
}
