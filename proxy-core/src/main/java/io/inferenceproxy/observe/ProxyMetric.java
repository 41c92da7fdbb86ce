package io.inferenceproxy.observe;

import java.util.List;

/**
 * The one list of what is measured: names of OpenTelemetry's HTTP conventions where there are some, else under
 * {@code inference.proxy}. No tag holds the name of a user, an identifier, or a path that a client chose.
 */
public enum ProxyMetric {
    SERVER_DURATION(
            "http.server.request.duration",
            Kind.TIMER,
            "How long calls took, from the first byte of the request to the end of the answer",
            List.of(
                    "http.request.method",
                    "http.route",
                    "http.response.status_code",
                    "error.type",
                    "network.protocol.version",
                    "url.scheme")),
    SERVER_ACTIVE("http.server.active_requests", Kind.GAUGE, "Calls under way", List.of()),
    SERVER_REQUEST_BODY(
            "http.server.request.body.size",
            Kind.BYTES,
            "Bytes of the request's body that came",
            List.of("http.request.method", "http.route")),
    SERVER_RESPONSE_BODY(
            "http.server.response.body.size",
            Kind.BYTES,
            "Bytes of the answer's body that went out",
            List.of("http.request.method", "http.route")),
    CLIENT_DURATION(
            "http.client.request.duration",
            Kind.TIMER,
            "How long upstreams took, from sending the request's head to the head of the answer",
            List.of("http.request.method", "server.address", "server.port", "http.response.status_code", "error.type")),
    RATE_LIMIT_DECISIONS(
            "inference.proxy.rate.limit.decisions",
            Kind.COUNTER,
            "Decisions of the limit policies; outcome is admitted, refused, shadow-admitted or shadow-refused",
            List.of("policy", "outcome")),
    LIMITS_JOURNAL_SIZE(
            "inference.proxy.limits.journal.bytes",
            Kind.GAUGE,
            "Bytes of the file in which what callers were charged outlives the process",
            List.of()),
    LIMITS_JOURNAL_AGE(
            "inference.proxy.limits.journal.age.seconds",
            Kind.GAUGE,
            "How much of what callers were charged a kill could take now; more than some seconds: it cannot be written",
            List.of()),
    LIMITS_JOURNAL_DROPPED(
            "inference.proxy.limits.journal.dropped",
            Kind.COUNTER,
            "Charges that are missing in that file until its next checkpoint, since they came faster than it could be written",
            List.of()),
    LIMITS_JOURNAL_FAILURES(
            "inference.proxy.limits.journal.failures",
            Kind.COUNTER,
            "How often that file could not be written",
            List.of()),
    RATE_LIMIT_DEGRADED(
            "inference.proxy.rate.limit.degraded",
            Kind.GAUGE,
            "1 while Redis does not answer and limits are decided without it, else 0",
            List.of()),
    CONFIG_RELOADS(
            "inference.proxy.config.reloads",
            Kind.COUNTER,
            "Times that the configuration was read anew; outcome is success or failure, after which the one before holds",
            List.of("outcome")),
    RATE_LIMIT_REPLICAS(
            "inference.proxy.rate.limit.replicas",
            Kind.GAUGE,
            "Proxies that share the limits, as was last heard",
            List.of()),
    RATE_LIMIT_FAILURES(
            "inference.proxy.rate.limit.failures",
            Kind.COUNTER,
            "Requests to Redis that came to nothing; reason is error or timeout",
            List.of("reason")),
    RATE_LIMIT_DURATION(
            "inference.proxy.rate.limit.duration", Kind.TIMER, "How long decisions took that Redis made", List.of()),
    AUTH_FAILURES(
            "inference.proxy.auth.failures",
            Kind.COUNTER,
            "Calls refused for their credentials; reason is missing, invalid, conflicting or not-permitted",
            List.of("reason")),
    VALIDATION_FAILURES(
            "inference.proxy.validation.failures",
            Kind.COUNTER,
            "Calls refused for their content, by the slug of the problem",
            List.of("http.route", "code")),
    PROBLEMS(
            "inference.proxy.problems",
            Kind.COUNTER,
            "Answers that the proxy made itself because something was wrong, by the slug of the problem",
            List.of("code")),
    UPSTREAM_IN_FLIGHT(
            "inference.proxy.upstream.in.flight",
            Kind.GAUGE,
            "Calls under way to an upstream, by the name of the upstream",
            List.of("upstream")),
    UPSTREAM_QUEUED(
            "inference.proxy.upstream.queued",
            Kind.GAUGE,
            "Calls that wait for their turn at an upstream, by the name of the upstream",
            List.of("upstream")),
    OBSERVATIONS_DROPPED(
            "inference.proxy.observations.dropped",
            Kind.COUNTER,
            "Calls that neither the other metrics nor the log know of, since they ended faster than they could be told",
            List.of()),
    BUFFERED(
            "inference.proxy.buffered.bytes",
            Kind.GAUGE,
            "Bytes held of content and answers: content that is gathered, and what waits for its turn or for a slow reader",
            List.of()),
    BUFFERED_LIMIT(
            "inference.proxy.buffered.limit.bytes",
            Kind.GAUGE,
            "How many there may be before new content is refused",
            List.of()),
    BUFFERED_REFUSALS(
            "inference.proxy.buffered.refusals",
            Kind.COUNTER,
            "Calls refused because as much was held as may be",
            List.of()),
    STORES_AGE(
            "inference.proxy.stores.age.seconds",
            Kind.GAUGE,
            "How old a change of users, keys or sessions by another process can be that is not known here",
            List.of()),
    ISSUER_FETCHES(
            "inference.proxy.issuer.fetches",
            Kind.COUNTER,
            "Fetches of the keys of external issuers, by the name of the issuer; outcome is success or failure",
            List.of("issuer", "outcome")),
    ISSUER_KEYS_AGE(
            "inference.proxy.issuer.keys.age.seconds",
            Kind.GAUGE,
            "How long ago the keys of an external issuer that are known were fetched, or since the start when none ever were",
            List.of("issuer")),
    BUILD_INFO("inference.proxy.build.info", Kind.GAUGE, "Always 1; the version of the proxy", List.of("version"));

    /** What kind of meter it is, and with it the unit. */
    public enum Kind {
        /** A time with buckets; seconds. */
        TIMER("seconds"),
        /** A distribution; bytes. */
        BYTES("bytes"),
        /** A count that only grows. */
        COUNTER(""),
        /** A value of now. */
        GAUGE("");

        private final String unit;

        Kind(String unit) {
            this.unit = unit;
        }

        /** The unit; empty for a plain number. */
        public String unit() {
            return unit;
        }
    }

    private final String meterName;
    private final Kind kind;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // each is a List.of
    private final List<String> tags;

    ProxyMetric(String meterName, Kind kind, String description, List<String> tags) {
        this.meterName = meterName;
        this.kind = kind;
        this.description = description;
        this.tags = tags;
    }

    /** The name of the meter, in Micrometer's notation. */
    public String meterName() {
        return meterName;
    }

    public Kind kind() {
        return kind;
    }

    /** What it measures, for people. */
    public String description() {
        return description;
    }

    /** The keys of its tags, in the order in which values are given. */
    public List<String> tags() {
        return tags;
    }

    /** The name under which Prometheus knows it. */
    public String prometheusName() {
        String name = meterName.replace('.', '_');
        return switch (kind) {
            case TIMER, BYTES -> name + "_" + kind.unit();
            case COUNTER -> name + "_total";
            case GAUGE -> name;
        };
    }
}
