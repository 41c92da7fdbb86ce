package io.inferenceproxy.server;

import io.inferenceproxy.units.Cidr;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The listener that callers reach.
 *
 * <p>It is over 300 lines because a copy of a record names every component.
 */
public record ServerOptions(
        @Setting("Address to listen on; 0.0.0.0 for all") String host,
        @Setting("Port to listen on; 0 for any free one") int port,

        @Setting("How callers reach the proxy, for absolute links; empty for relative ones")
        String baseUrl,

        @Setting("Networks whose Forwarded, X-Forwarded-For, -Proto and -Host are believed")
        List<Cidr> trustedProxies,

        @Setting("Largest head of a request, with at most 200 fields")
        DataSize maxHead,

        @Setting("Longest time for the head of a request to come")
        Duration headTimeout,

        @Setting("Longest stall while the body of a request comes")
        Duration bodyTimeout,

        @Setting("Longest time for which a client may take nothing of its answer")
        Duration writeTimeout,

        @Setting("How long an idle connection is kept") Duration keepAliveTimeout,

        @Setting("Most connections at once; more wait in the backlog of the system")
        int maxConnections,

        @Setting("Most bytes held of content and answers, over all calls; past it new content is refused."
                + " Without it a quarter of the heap")
        Optional<DataSize> maxBuffered,

        @Setting("How long new calls are still served after a shutdown began")
        Duration drainDelay,

        @Setting("How long calls in flight may go on after that")
        Duration drainTimeout,

        @Setting("Web pages of other origins") CorsOptions cors,
        @Setting("TLS") TlsOptions tls,
        @Setting("HTTP/2") Http2Options http2) {

    /** What holds when nothing is configured. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            "127.0.0.1",
            8080,
            "",
            List.of(),
            DataSize.ofKilobytes(16),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            20000,
            Optional.empty(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            CorsOptions.DEFAULT,
            TlsOptions.DEFAULT,
            Http2Options.DEFAULT);

    public ServerOptions {
        Require.printable(host, "host");
        Require.between(0, 65_535, port, "port");
        if (!baseUrl.isEmpty() && !baseUrl.matches("https?://[^\\s?#]+")) {
            throw new IllegalArgumentException(
                    "base-url: " + baseUrl + " (expected: an http or https URL without query or fragment)");
        }
        baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
        trustedProxies = List.copyOf(trustedProxies);
        Require.atLeast(DataSize.ofKilobytes(1), maxHead, "max-head");
        Require.atMost(DataSize.ofMegabytes(1), maxHead, "max-head");
        Require.positive(headTimeout, "head-timeout");
        Require.positive(bodyTimeout, "body-timeout");
        Require.positive(writeTimeout, "write-timeout");
        Require.positive(keepAliveTimeout, "keep-alive-timeout");
        Require.between(1, 1_000_000, maxConnections, "max-connections");
        maxBuffered.ifPresent(size -> {
            Require.atLeast(DataSize.ofMegabytes(1), size, "max-buffered");
            Require.atMost(DataSize.ofMegabytes(1 << 20), size, "max-buffered");
        });
        Require.notNegative(drainDelay, "drain-delay");
        Require.notNegative(drainTimeout, "drain-timeout");
    }

    public ServerOptions withHost(String host) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withPort(int port) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withBaseUrl(String baseUrl) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withTrustedProxies(List<Cidr> trustedProxies) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withMaxHead(DataSize maxHead) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withHeadTimeout(Duration headTimeout) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withBodyTimeout(Duration bodyTimeout) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withWriteTimeout(Duration writeTimeout) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withKeepAliveTimeout(Duration keepAliveTimeout) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withMaxConnections(int maxConnections) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withMaxBuffered(Optional<DataSize> maxBuffered) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withDrainDelay(Duration drainDelay) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withDrainTimeout(Duration drainTimeout) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withCors(CorsOptions cors) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withTls(TlsOptions tls) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    public ServerOptions withHttp2(Http2Options http2) {
        return new ServerOptions(
                host,
                port,
                baseUrl,
                trustedProxies,
                maxHead,
                headTimeout,
                bodyTimeout,
                writeTimeout,
                keepAliveTimeout,
                maxConnections,
                maxBuffered,
                drainDelay,
                drainTimeout,
                cors,
                tls,
                http2);
    }

    /** Holding at most that much of content and answers. */
    public ServerOptions withMaxBuffered(DataSize maxBuffered) {
        return withMaxBuffered(Optional.of(maxBuffered));
    }

    /** Trusting these networks, such as {@code 10.0.0.0/8}. */
    public ServerOptions withTrustedProxies(String... networks) {
        return withTrustedProxies(Arrays.stream(networks).map(Cidr::parse).toList());
    }
}
