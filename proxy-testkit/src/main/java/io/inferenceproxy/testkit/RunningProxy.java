package io.inferenceproxy.testkit;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.observe.ProxyMetric;
import io.inferenceproxy.units.Secret;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A proxy, its upstream and its clients while they run, and what is to be said about them in the end. */
record RunningProxy(
        ScriptedUpstream upstream,
        ManualTime time,
        MeterRegistry meters,
        Reports reports,
        Surprises watch,
        Queue<RawClient> clients,
        ProxyServer server)
        implements AutoCloseable {

    /** Long enough for HS512, and worth nothing. */
    private static final Secret SECRET =
            Secret.of("for tests alone, and known to everybody: this text signs nothing that is worth anything");

    private static final Duration DRAIN = Duration.ofSeconds(1);
    private static final Duration OFTEN = Duration.ofMillis(1);

    static RunningProxy start(UnaryOperator<ProxyServerBuilder> customization) {
        ScriptedUpstream upstream = ScriptedUpstream.start();
        ManualTime time = ManualTime.create();
        MeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Reports reports = new Reports();
        ProxyServerBuilder builder = ProxyServer.inFrontOf(
                        upstream.uri("/predict").toString())
                .listen(listen -> listen.withPort(0).withDrainTimeout(DRAIN))
                .admin(admin -> admin.withEnabled(false).withPort(0))
                .auth(auth -> auth.withSecret(SECRET));
        try {
            ProxyServer server = customization
                    .apply(builder)
                    .observer(reports)
                    .ticker(time)
                    .meterRegistry(meters)
                    .start();
            return new RunningProxy(
                    upstream, time, meters, reports, new Surprises(), new ConcurrentLinkedQueue<>(), server);
        } catch (RuntimeException | Error refused) {
            upstream.close();
            throw refused;
        }
    }

    RawClient connect() throws IOException {
        RawClient client = RawClient.connect(server.uri());
        clients.add(client);
        return client;
    }

    /** As if it were new, but for time, limits and connections to the upstream. */
    void forget() {
        upstream.forget();
        reports.forget();
    }

    /** Closes the clients and waits until nothing is under way; what stays, in words. */
    List<String> settle(Duration timeout) throws IOException {
        for (RawClient client = clients.poll(); client != null; client = clients.poll()) {
            client.close();
        }
        List<String> left = until(timeout, this::underWay);
        awaitTold(timeout);
        return left;
    }

    /** Waits until meters and reports know of all calls that have ended. */
    void awaitTold(Duration timeout) {
        server.told()
                .toCompletableFuture()
                .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    List<String> surprises() {
        Stream<String> violations =
                upstream.violations().stream().map(violation -> "sent to the upstream: " + violation);
        return Stream.concat(watch.take().stream(), violations).toList();
    }

    private List<String> underWay() {
        return Stream.of(
                        ProxyMetric.SERVER_ACTIVE,
                        ProxyMetric.UPSTREAM_IN_FLIGHT,
                        ProxyMetric.UPSTREAM_QUEUED,
                        ProxyMetric.BUFFERED)
                .flatMap(metric -> meters.find(metric.meterName()).gauges().stream())
                .filter(gauge -> gauge.value() != 0)
                .map(RunningProxy::told)
                .toList();
    }

    private static String told(Gauge gauge) {
        return gauge.getId().getName() + " " + gauge.getId().getTags() + ": " + gauge.value() + " (expected: 0)";
    }

    private static List<String> until(Duration timeout, Supplier<List<String>> findings) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(OFTEN)
                    .atMost(timeout)
                    .until(() -> findings.get().isEmpty());
            return List.of();
        } catch (ConditionTimeoutException still) {
            return findings.get();
        }
    }

    @Override
    public void close() {
        try (upstream;
                watch) {
            server.close();
        }
    }
}
