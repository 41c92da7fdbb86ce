package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ArrivedCall;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CallMetrics metrics = new CallMetrics(registry, Map.of("inference", "/api/inference/**"));

    @Test
    void anOrdinaryCallHasTheNamesAndTheBucketsOfOpenTelemetry() {
        metrics.record(CallReports.ordinary().trace());

        String labels = "error_type=\"\",http_request_method=\"POST\",http_response_status_code=\"200\","
                + "http_route=\"/api/inference/**\",network_protocol_version=\"1.1\",url_scheme=\"http\"";
        assertThat(registry.scrape())
                .contains("http_server_request_duration_seconds_count{" + labels + "} 1\n")
                .contains("http_server_request_duration_seconds_bucket{" + labels + ",le=\"0.01\"} 0\n")
                .contains("http_server_request_duration_seconds_bucket{" + labels + ",le=\"0.025\"} 1\n")
                .contains("http_client_request_duration_seconds_count{error_type=\"\",http_request_method=\"POST\","
                        + "http_response_status_code=\"200\",server_address=\"127.0.0.1\",server_port=\"8000\"} 1\n")
                .contains("http_server_request_body_size_bytes_sum{http_request_method=\"POST\","
                        + "http_route=\"/api/inference/**\"} 17.0\n")
                .contains("http_server_response_body_size_bytes_sum{http_request_method=\"POST\","
                        + "http_route=\"/api/inference/**\"} 2000.0\n");
        assertThat(registry.scrape()
                        .lines()
                        .filter(line -> line.startsWith("http_server_request_duration_seconds_bucket")))
                .hasSize(15);
    }

    @Test
    void aProblemIsCountedByItsSlug() {
        metrics.record(CallReports.ordinary()
                .refused(401, "invalid-credentials", "expired")
                .trace());
        metrics.record(
                CallReports.ordinary().refused(422, "schema-violation", "").trace());

        assertThat(registry.get("inference.proxy.problems")
                        .tag("code", "schema-violation")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("inference.proxy.auth.failures")
                        .tag("reason", "invalid")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("inference.proxy.auth.failures")
                        .tag("reason", "missing")
                        .counter()
                        .count())
                .isZero();
        assertThat(registry.get("inference.proxy.validation.failures")
                        .tag("http.route", "/api/inference/**")
                        .tag("code", "schema-violation")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("http.server.request.duration")
                        .tag("error.type", "schema-violation")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isEqualTo(12_345_678);
    }

    @Test
    void anErrorOfTheUpstreamAndABrokenAnswerHaveTheirErrorTypes() {
        metrics.record(CallReports.ordinary().answered(500).trace());
        metrics.record(CallReports.ordinary().ended(CallEnd.BROKEN_OFF).trace());
        metrics.record(
                CallReports.ordinary().answered(0).ended(CallEnd.CLIENT_GONE).trace());

        assertThat(registry.get("http.server.request.duration").timers())
                .extracting(
                        timer -> timer.getId().getTag("http.response.status_code"),
                        timer -> timer.getId().getTag("error.type"))
                .containsExactlyInAnyOrder(tuple("500", "500"), tuple("200", "broken-off"), tuple("", "client-gone"));
    }

    @Test
    void whatStrangersChooseMakesNoSeries() {
        for (int i = 0; i < 100_000; i++) {
            metrics.record(CallReports.ordinary()
                    .id("id-" + i)
                    .path("/path-" + i)
                    .method("METHOD-" + i)
                    .route("")
                    .subject("user-" + i)
                    .version("1." + (i + 2))
                    .trace());
        }

        assertThat(registry.get("http.server.request.duration").timers())
                .singleElement()
                .satisfies(timer -> {
                    assertThat(timer.count()).isEqualTo(100_000);
                    assertThat(timer.getId().getTag("http.request.method")).isEqualTo("_OTHER");
                    assertThat(timer.getId().getTag("http.route")).isEqualTo("_none");
                    assertThat(timer.getId().getTag("network.protocol.version")).isEqualTo("_OTHER");
                });
    }

    @Test
    void anUpstreamThatMakesUpStatusesCannotMakeSeriesWithoutEnd() {
        String[] methods = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "OTHER"};
        for (int status = 200; status < 600; status++) {
            for (String method : methods) {
                metrics.record(
                        CallReports.ordinary().method(method).answered(status).trace());
            }
        }

        assertThat(registry.get("http.server.request.duration").timers()).hasSizeBetween(1_000, 2_010);
        assertThat(registry.get("http.server.request.duration").timers().stream()
                        .mapToLong(timer -> timer.count())
                        .sum())
                .isEqualTo(400L * methods.length);
    }

    @Test
    void noMeterHasAnythingThatNamesACallerOrACall() {
        metrics.record(
                CallReports.ordinary().subject("alice-the-secret").id("the-id").trace());

        assertThat(registry.scrape())
                .doesNotContain("alice")
                .doesNotContain("the-id")
                .doesNotContain("4bf92f35");
    }

    @Test
    void decisionsOfPoliciesAreCountedByPolicyAndOutcome() {
        LimitMetrics limits = new LimitMetrics(registry, Set.of("per-user"), List.of("admitted", "refused"));

        limits.onDecision("per-user", 0);
        limits.onDecision("per-user", 0);
        limits.onDecision("per-user", 1);
        limits.onDecision("unknown", 1);

        assertThat(registry.scrape())
                .contains("inference_proxy_rate_limit_decisions_total{outcome=\"admitted\",policy=\"per-user\"} 2.0")
                .contains("inference_proxy_rate_limit_decisions_total{outcome=\"refused\",policy=\"per-user\"} 1.0")
                .doesNotContain("unknown");
    }

    @Test
    void everyMetricOfTheListReachesPrometheusUnderItsName() {
        ProxyMeters meters = new ProxyMeters(registry);
        metrics.record(
                CallReports.ordinary().refused(422, "schema-violation", "").trace());
        new LimitMetrics(registry, Set.of("per-user"), List.of("admitted", "refused"));
        meters.gauge(ProxyMetric.SERVER_ACTIVE, () -> 3);
        meters.gauge(ProxyMetric.UPSTREAM_IN_FLIGHT, () -> 2, "default");
        meters.gauge(ProxyMetric.UPSTREAM_QUEUED, () -> 1, "default");
        meters.gauge(ProxyMetric.BUILD_INFO, () -> 1, "0.1.0");
        meters.counter(ProxyMetric.OBSERVATIONS_DROPPED, this, test -> 4);
        meters.gauge(ProxyMetric.BUFFERED, () -> 5);
        meters.gauge(ProxyMetric.STORES_AGE, () -> 1);
        meters.gauge(ProxyMetric.BUFFERED_LIMIT, () -> 6);
        meters.counter(ProxyMetric.ISSUER_FETCHES, this, test -> 8, "corporate", "success");
        meters.gauge(ProxyMetric.ISSUER_KEYS_AGE, () -> 9, "corporate");
        meters.counter(ProxyMetric.BUFFERED_REFUSALS, this, test -> 7);
        meters.gauge(ProxyMetric.LIMITS_JOURNAL_SIZE, () -> 8);
        meters.gauge(ProxyMetric.LIMITS_JOURNAL_AGE, () -> 0.1);
        meters.counter(ProxyMetric.LIMITS_JOURNAL_DROPPED, this, test -> 9);
        meters.counter(ProxyMetric.LIMITS_JOURNAL_FAILURES, this, test -> 10);
        meters.counter(ProxyMetric.CONFIG_RELOADS, "success").increment();
        meters.gauge(ProxyMetric.RATE_LIMIT_DEGRADED, () -> 0);
        meters.gauge(ProxyMetric.RATE_LIMIT_REPLICAS, () -> 3);
        meters.counter(ProxyMetric.RATE_LIMIT_FAILURES, this, test -> 8, "timeout");
        meters.nanos(ProxyMetric.RATE_LIMIT_DURATION).accept(200_000);

        String text = registry.scrape();

        assertThat(ProxyMetric.values())
                .allSatisfy(metric -> assertThat(text)
                        .contains("# HELP " + metric.prometheusName() + " " + metric.description() + "\n")
                        .containsPattern("(?m)^" + metric.prometheusName() + "(_count|_bucket)?(\\{| )"));
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .allSatisfy(
                        name -> assertThat(Arrays.stream(ProxyMetric.values()).map(ProxyMetric::meterName))
                                .contains(name));
        assertThat(registry.get("http.server.active_requests").gauge().value()).isEqualTo(3);
    }

    @Test
    void aGaugeWithTheWrongNumberOfTagValuesIsAMistake() {
        assertThatThrownBy(() -> new ProxyMeters(registry).gauge(ProxyMetric.UPSTREAM_QUEUED, () -> 1))
                .hasMessage("inference.proxy.upstream.queued: 0 tag values (expected: [upstream])");
    }

    @Test
    void aScrapeSpeaksTheFormatThatWasAskedFor() {
        metrics.record(CallReports.ordinary().trace());
        ArrivedCall arrivals = new ArrivedCall();
        Scrape scrape = new Scrape(registry, () -> {}, Runnable::run);

        ProxyResponse text = scrape.handle(arrivals.of("1", "GET", "/metrics"))
                .toCompletableFuture()
                .join();
        ProxyResponse openMetrics = scrape.handle(
                        arrivals.of(
                                "2",
                                "GET",
                                "/metrics",
                                "Accept",
                                "application/vnd.google.protobuf;q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,*/*;q=0.1"))
                .toCompletableFuture()
                .join();

        assertThat(text.headers().first("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(openMetrics.headers().first("Content-Type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(content(openMetrics)).endsWith("# EOF\n");
        assertThat(content(text)).startsWith("# HELP ").doesNotContain("# EOF");
    }

    @Test
    void aScrapeForWhichNoWorkerHasRoomIsRefused() {
        ArrivedCall arrivals = new ArrivedCall();
        Scrape scrape = new Scrape(registry, () -> {}, task -> {
            throw new RejectedExecutionException();
        });

        ProxyResponse answer = scrape.handle(arrivals.of("1", "GET", "/metrics"))
                .toCompletableFuture()
                .join();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).contains("1");
    }

    @Test
    void aScrapeThatFailsIsASurprise() {
        ArrivedCall arrivals = new ArrivedCall();
        IllegalStateException surprise = new IllegalStateException("of a registry");
        Scrape scrape = new Scrape(
                registry,
                () -> {
                    throw surprise;
                },
                Runnable::run);

        CompletableFuture<ProxyResponse> answer =
                scrape.handle(arrivals.of("1", "GET", "/metrics")).toCompletableFuture();

        assertThatThrownBy(answer::join).hasCause(surprise);
    }

    private static String content(ProxyResponse response) {
        byte[] bytes = BodyCollector.collect(response.body(), 1 << 20)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aRepeatedCallMakesNoNewMeters() {
        metrics.record(CallReports.ordinary().trace());
        int meters = registry.getMeters().size();

        metrics.record(CallReports.ordinary().trace());

        assertThat(registry.getMeters())
                .hasSize(meters)
                .extracting(Meter::getId)
                .doesNotHaveDuplicates();
    }
}
