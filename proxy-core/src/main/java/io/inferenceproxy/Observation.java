package io.inferenceproxy;

import io.inferenceproxy.auth.ExternalIssuers;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.limit.LimitJournal;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitOutcome;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.SharedLimits;
import io.inferenceproxy.observe.AccessLog;
import io.inferenceproxy.observe.BatchClock;
import io.inferenceproxy.observe.CallMetrics;
import io.inferenceproxy.observe.CallObserver;
import io.inferenceproxy.observe.LimitMetrics;
import io.inferenceproxy.observe.Observations;
import io.inferenceproxy.observe.ObserveFilter;
import io.inferenceproxy.observe.ProxyMeters;
import io.inferenceproxy.observe.ProxyMetric;
import io.inferenceproxy.upstream.UpstreamGroup;
import io.inferenceproxy.upstream.Upstreams;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What watches the calls of one proxy: the log, the metrics, and the observers that an embedder brought.
 *
 * @param filter the outermost filter
 * @param observations takes what has ended to the others; whoever made this closes them
 * @param registry where the metrics are
 */
record Observation(ObserveFilter filter, Observations observations, MeterRegistry registry) {

    static Observation of(ProxyOptions options, Parts parts) {
        BatchClock clock = new BatchClock(parts.ticker());
        MeterRegistry registry = parts.registry()
                .orElseGet(
                        () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock));
        List<CallObserver> observers = new ArrayList<>(parts.observers());
        if (options.logging().access()) {
            observers.add(new AccessLog());
        }
        CallMetrics metrics = new CallMetrics(registry, paths(options));
        Observations observations = new Observations(metrics, observers, parts.ticker(), clock);
        ObserveFilter filter = ObserveFilter.to(observations);
        ProxyMeters meters = new ProxyMeters(registry);
        meters.gauge(ProxyMetric.SERVER_ACTIVE, filter::active);
        meters.gauge(ProxyMetric.BUILD_INFO, () -> 1, Version.current());
        meters.counter(ProxyMetric.OBSERVATIONS_DROPPED, observations, Observations::dropped);
        return new Observation(filter, observations, registry);
    }

    /** Counts decisions of these policies. */
    LimitObserver limitObserver(Map<String, LimitPolicyOptions> limits) {
        LimitMetrics decisions = new LimitMetrics(
                registry,
                LimitPolicies.windowNames(limits),
                Arrays.stream(LimitOutcome.values())
                        .map(outcome -> outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList());
        return (window, outcome) -> decisions.onDecision(window, outcome.ordinal());
    }

    /** Counts reloads, that came to something or to nothing. */
    Consumer<Boolean> reloads() {
        ProxyMeters meters = new ProxyMeters(registry);
        Counter success = meters.counter(ProxyMetric.CONFIG_RELOADS, "success");
        Counter failure = meters.counter(ProxyMetric.CONFIG_RELOADS, "failure");
        return done -> (done ? success : failure).increment();
    }

    /** Registers the gauges of the upstreams. */
    void watch(Upstreams upstreams) {
        ProxyMeters meters = new ProxyMeters(registry);
        for (UpstreamGroup group : upstreams.groups()) {
            meters.gauge(ProxyMetric.UPSTREAM_IN_FLIGHT, group::inFlight, group.name());
            meters.gauge(ProxyMetric.UPSTREAM_QUEUED, group::queued, group.name());
        }
    }

    /** Registers the gauges of what is buffered. */
    void watch(BufferAccount buffers) {
        ProxyMeters meters = new ProxyMeters(registry);
        meters.gauge(ProxyMetric.BUFFERED, buffers::used);
        meters.gauge(ProxyMetric.BUFFERED_LIMIT, buffers::bound);
        meters.counter(ProxyMetric.BUFFERED_REFUSALS, buffers, BufferAccount::refusals);
    }

    /** Registers what tells how the journal of the limits fares. */
    void watch(LimitJournal journal) {
        ProxyMeters meters = new ProxyMeters(registry);
        meters.gauge(ProxyMetric.LIMITS_JOURNAL_SIZE, journal::size);
        meters.gauge(ProxyMetric.LIMITS_JOURNAL_AGE, () -> journal.age().toMillis() / 1e3);
        meters.counter(ProxyMetric.LIMITS_JOURNAL_DROPPED, journal, LimitJournal::dropped);
        meters.counter(ProxyMetric.LIMITS_JOURNAL_FAILURES, journal, LimitJournal::failures);
    }

    /** Registers how it is with those who share the limits. */
    void watch(SharedLimits limits) {
        ProxyMeters meters = new ProxyMeters(registry);
        meters.gauge(ProxyMetric.RATE_LIMIT_DEGRADED, () -> limits.isDegraded() ? 1 : 0);
        meters.gauge(ProxyMetric.RATE_LIMIT_REPLICAS, limits::replicas);
        meters.counter(ProxyMetric.RATE_LIMIT_FAILURES, limits, SharedLimits::failures, "error");
        meters.counter(ProxyMetric.RATE_LIMIT_FAILURES, limits, SharedLimits::timeouts, "timeout");
    }

    /** Takes how many nanoseconds decisions of shared limits took. */
    LongConsumer decisionTimer() {
        return new ProxyMeters(registry).nanos(ProxyMetric.RATE_LIMIT_DURATION);
    }

    /** Registers the age of what is known of users, keys and sessions. */
    void watch(StoreWatch stores) {
        new ProxyMeters(registry)
                .gauge(ProxyMetric.STORES_AGE, () -> stores.age().toSeconds());
    }

    /** Registers how the keys of external issuers are come by. */
    void watch(ExternalIssuers issuers) {
        ProxyMeters meters = new ProxyMeters(registry);
        for (String name : issuers.names()) {
            meters.counter(ProxyMetric.ISSUER_FETCHES, issuers, all -> all.fetches(name, true), name, "success");
            meters.counter(ProxyMetric.ISSUER_FETCHES, issuers, all -> all.fetches(name, false), name, "failure");
            meters.gauge(
                    ProxyMetric.ISSUER_KEYS_AGE, () -> issuers.keysAge(name).toSeconds(), name);
        }
    }

    /** The registry, when it is one that Prometheus can read. */
    Optional<PrometheusMeterRegistry> prometheus() {
        return registry instanceof PrometheusMeterRegistry readable ? Optional.of(readable) : Optional.empty();
    }

    private static Map<String, String> paths(ProxyOptions options) {
        Map<String, String> paths = new LinkedHashMap<>(BuiltInRoutes.paths());
        options.servedRoutes()
                .forEach((name, route) ->
                        paths.put(name, route.match().path() + (route.match().below() ? "/**" : "")));
        return paths;
    }
}
