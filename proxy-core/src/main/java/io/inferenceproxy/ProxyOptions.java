package io.inferenceproxy;

import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.DatabaseOptions;
import io.inferenceproxy.docs.PageOptions;
import io.inferenceproxy.limit.JournalOptions;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.observe.LoggingOptions;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.inferenceproxy.validate.ValidationOptions;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can be configured: the one tree behind the file, the environment, the flags and the builder.
 *
 * <p>It is over 300 lines because a record needs a copying method for each of its components.
 */
public record ProxyOptions(
        @Setting("The listener that callers reach") ServerOptions server,
        @Setting("The listener for operators") AdminOptions admin,
        @Setting("The services behind the proxy, by name") Map<String, UpstreamOptions> upstreams,

        @Setting("Routes of a well-known API: openai or oip")
        Optional<Preset> preset,

        @Setting("The routes, by name; the most specific path wins")
        Map<String, RouteOptions> routes,

        @Setting("Who may call") AuthOptions auth,

        @Setting("How much callers may, by the name of the policy; {} for no limits")
        Map<String, LimitPolicyOptions> limits,

        @Setting("How what callers were charged outlives the process")
        JournalOptions limitsJournal,

        @Setting("What content must be like") ValidationOptions validation,

        @Setting("The page to read and try the API, and the OpenAPI document")
        PageOptions docs,

        @Setting("The pages that explain each problem") PageOptions problems,
        @Setting("The short page that links the others") PageOptions index,
        @Setting("What is logged") LoggingOptions logging,

        @Setting("The trail of what was done with identities")
        AuditOptions audit,

        @Setting("Where users, keys and sessions live, when not in files")
        DatabaseOptions database,

        @Setting("Where limits are counted, when several proxies share them")
        RedisOptions redis) {

    /** What holds when nothing is configured. */
    public static final ProxyOptions DEFAULT = new ProxyOptions(
            ServerOptions.DEFAULT,
            AdminOptions.DEFAULT,
            Map.of("default", UpstreamOptions.DEFAULT),
            Optional.empty(),
            Map.of(
                    "inference",
                    RouteOptions.of(RouteMatch.parse("POST /api/inference/**")).withTo(Optional.of(""))),
            AuthOptions.DEFAULT,
            Map.of("per-user", LimitPolicyOptions.DEFAULT),
            JournalOptions.DEFAULT,
            ValidationOptions.DEFAULT,
            PageOptions.at("/docs"),
            PageOptions.at("/problems"),
            PageOptions.at("/"),
            LoggingOptions.DEFAULT,
            AuditOptions.DEFAULT,
            DatabaseOptions.DEFAULT,
            RedisOptions.DEFAULT);

    public ProxyOptions {
        upstreams = ordered(upstreams, "upstreams");
        routes = ordered(routes, "routes");
        limits = ordered(limits, "limits");
        for (Map.Entry<String, RouteOptions> route : routes.entrySet()) {
            requireReferences(route.getKey(), route.getValue(), upstreams, limits);
        }
    }

    /**
     * The routes that are served: the configured ones and those of the preset; with a preset the default route stands
     * back.
     */
    public Map<String, RouteOptions> servedRoutes() {
        if (preset.isEmpty()) {
            return routes;
        }
        Map<String, RouteOptions> served = new LinkedHashMap<>(preset.get().routes());
        if (!routes.equals(DEFAULT.routes)) {
            served.putAll(routes);
        }
        return Collections.unmodifiableMap(served);
    }

    /** The same under the limits of others: their policies, and the {@code limits} of those of our routes that they have too. */
    ProxyOptions withLimitsOf(ProxyOptions others) {
        Map<String, RouteOptions> under = new LinkedHashMap<>(routes);
        under.replaceAll((name, route) -> {
            RouteOptions other = others.routes.get(name);
            return other == null ? route : route.withLimits(other.limits());
        });
        return withRoutes(Map.of()).withLimits(others.limits).withRoutes(under);
    }

    /** The upstreams that are used: the configured ones, with URLs that fit the routes of the preset. */
    public Map<String, UpstreamOptions> usedUpstreams() {
        if (preset.isEmpty()) {
            return upstreams;
        }
        Map<String, UpstreamOptions> used = new LinkedHashMap<>(upstreams);
        used.replaceAll((name, upstream) -> preset.get().fitting(upstream));
        return Collections.unmodifiableMap(used);
    }

    /**
     * How much content and answers may be held at once: {@code server.max-buffered}, else a quarter of the heap.
     *
     * @throws IllegalArgumentException when content that a route should take could never be held
     */
    public DataSize bufferBound() {
        Optional<DataSize> configured = server.maxBuffered();
        DataSize largest = largestGathered();
        configured.filter(bound -> bound.compareTo(largest) < 0).ifPresent(bound -> {
            throw new IllegalArgumentException(
                    "server.max-buffered: " + bound + " (expected: at least " + largest + ", the largest max-body)");
        });
        return configured.orElseGet(
                () -> DataSize.ofMegabytes(Math.max(1, Runtime.getRuntime().maxMemory() >> 22)));
    }

    /** Limits that are most likely mistakes, since they can never refuse a call: what is strange about each, by its key, a sentence each. */
    public Map<String, List<String>> strangeLimits() {
        return LimitChecks.strange(this);
    }

    /** The largest content that is held as a whole: that of routes for JSON. */
    DataSize largestGathered() {
        return servedRoutes().values().stream()
                .filter(route -> route.body() == BodyRule.JSON)
                .map(route -> route.maxBody().orElse(validation.maxBody()))
                .max(Comparator.naturalOrder())
                .orElse(DataSize.ofBytes(0));
    }

    private static <T> Map<String, T> ordered(Map<String, T> map, String key) {
        map.keySet().forEach(name -> Require.name(name, key));
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static void requireReferences(
            String name,
            RouteOptions route,
            Map<String, UpstreamOptions> upstreams,
            Map<String, LimitPolicyOptions> limits) {
        if (!upstreams.containsKey(route.upstream())) {
            throw new IllegalArgumentException("routes." + name + ".upstream: " + route.upstream()
                    + " (expected: one of " + upstreams.keySet() + ")");
        }
        for (String policy : route.limits().orElse(List.of())) {
            if (!limits.containsKey(policy)) {
                throw new IllegalArgumentException(
                        "routes." + name + ".limits: " + policy + " (expected: one of " + limits.keySet() + ")");
            }
        }
    }

    public ProxyOptions withServer(ServerOptions server) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withAdmin(AdminOptions admin) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withUpstreams(Map<String, UpstreamOptions> upstreams) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withPreset(Optional<Preset> preset) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withRoutes(Map<String, RouteOptions> routes) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withAuth(AuthOptions auth) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withLimits(Map<String, LimitPolicyOptions> limits) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withLimitsJournal(JournalOptions limitsJournal) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withValidation(ValidationOptions validation) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withDocs(PageOptions docs) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withProblems(PageOptions problems) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withIndex(PageOptions index) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withLogging(LoggingOptions logging) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withAudit(AuditOptions audit) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withDatabase(DatabaseOptions database) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }

    public ProxyOptions withRedis(RedisOptions redis) {
        return new ProxyOptions(
                server,
                admin,
                upstreams,
                preset,
                routes,
                auth,
                limits,
                limitsJournal,
                validation,
                docs,
                problems,
                index,
                logging,
                audit,
                database,
                redis);
    }
}
