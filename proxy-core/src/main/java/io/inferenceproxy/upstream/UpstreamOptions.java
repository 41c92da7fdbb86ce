package io.inferenceproxy.upstream;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A group of addresses that serve the same, and how long to wait for them.
 */
public record UpstreamOptions(
        @Setting("Addresses, http or https; a path in one comes before the path of the route")
        List<URI> urls,

        @Setting("Fields that every request to the upstream gets, such as its own credentials")
        Map<String, Secret> headers,

        @Setting("Longest time for a connection to be made, TLS included")
        Duration connectTimeout,

        @Setting("Longest time from the whole request to the head of the answer")
        Duration firstByteTimeout,

        @Setting("Longest time between bytes of the answer; off for event streams unless set on the route")
        Duration stallTimeout,

        @Setting("How long an idle connection is kept for reuse; must be shorter than what the service keeps")
        Duration idleTimeout,

        @Setting("Most calls under way at once, over all connections")
        int maxInFlight,

        @Setting("Most calls that wait for one of these to end; more are refused")
        int maxQueued,

        @Setting("Longest time that a call waits for its turn")
        Duration queueTimeout,

        @Setting("How the upstream is told who calls") IdentityOptions identity,

        @Setting("TLS towards https addresses") UpstreamTlsOptions tls) {

    /** What holds when nothing is configured. */
    public static final UpstreamOptions DEFAULT = new UpstreamOptions(
            List.of(),
            Map.of(),
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(4),
            256,
            1024,
            Duration.ofSeconds(10),
            IdentityOptions.DEFAULT,
            UpstreamTlsOptions.DEFAULT);

    public UpstreamOptions {
        urls = List.copyOf(urls);
        urls.forEach(UpstreamOptions::requireUrl);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        headers.forEach(UpstreamOptions::requireField);
        Require.positive(connectTimeout, "connect-timeout");
        Require.positive(firstByteTimeout, "first-byte-timeout");
        Require.positive(stallTimeout, "stall-timeout");
        Require.positive(idleTimeout, "idle-timeout");
        Require.between(1, 1_000_000, maxInFlight, "max-in-flight");
        Require.between(0, 1_000_000, maxQueued, "max-queued");
        Require.positive(queueTimeout, "queue-timeout");
        requireNotBoth(headers.keySet(), identity.names());
    }

    private static void requireNotBoth(Set<String> headers, List<String> identity) {
        for (String name : headers) {
            if (identity.stream().anyMatch(name::equalsIgnoreCase)) {
                throw new IllegalArgumentException(
                        "headers: " + name + " (expected: a field that identity does not set)");
            }
        }
    }

    private static void requireUrl(URI url) {
        boolean known = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        boolean plain = url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
        if (!known || !plain) {
            throw new IllegalArgumentException(
                    "urls: not usable (expected: http or https URLs with a host, without user, query or fragment)");
        }
    }

    private static void requireField(String name, Secret value) {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")) {
            throw new IllegalArgumentException("headers: " + name + " (expected: a field name, RFC 9110 section 5.1)");
        }
        if (FieldRules.NOT_CONFIGURABLE.contains(name)) {
            throw new IllegalArgumentException(
                    "headers: " + name + " (expected: a field that the proxy does not set itself)");
        }
        Require.printable(value.reveal(), "headers: " + name);
    }

    public UpstreamOptions withUrls(List<URI> urls) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withHeaders(Map<String, Secret> headers) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withConnectTimeout(Duration connectTimeout) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withFirstByteTimeout(Duration firstByteTimeout) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withStallTimeout(Duration stallTimeout) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withIdleTimeout(Duration idleTimeout) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withMaxInFlight(int maxInFlight) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withMaxQueued(int maxQueued) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withQueueTimeout(Duration queueTimeout) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withIdentity(IdentityOptions identity) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }

    public UpstreamOptions withTls(UpstreamTlsOptions tls) {
        return new UpstreamOptions(
                urls,
                headers,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                idleTimeout,
                maxInFlight,
                maxQueued,
                queueTimeout,
                identity,
                tls);
    }
}
