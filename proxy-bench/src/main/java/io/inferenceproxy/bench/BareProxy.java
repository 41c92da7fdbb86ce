package io.inferenceproxy.bench;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.upstream.UpstreamOptions;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/**
 * Our engine with every policy off: nobody signs in, nothing is limited, checked, logged or counted. What the shipped
 * proxy costs over it is what the policies cost.
 */
public final class BareProxy {

    private BareProxy() {}

    /**
     * Serves until it is killed, and prints {@code ready PORT} when it does.
     *
     * @param args the URL of the upstream
     */
    public static void main(String[] args) throws InterruptedException {
        ProxyServer proxy = start(args[0]);
        System.out.println("ready " + proxy.uri().getPort());
        new CountDownLatch(1).await();
    }

    static ProxyServer start(String upstream) {
        UpstreamOptions service =
                UpstreamOptions.DEFAULT.withUrls(List.of(URI.create(upstream))).withMaxInFlight(20_000);
        ProxyOptions options = without(ProxyOptions.DEFAULT.withUpstreams(Map.of("default", service)));
        return ProxyServer.builder(options)
                .listen(listen -> listen.withPort(0))
                .meterRegistry(new CompositeMeterRegistry()) // with nothing in it, so its meters count nothing
                .start();
    }

    /** These options with every policy off. */
    public static ProxyOptions without(ProxyOptions options) {
        RouteOptions route = RouteOptions.of(RouteMatch.parse("* /**"))
                .withTo(Optional.of(""))
                .withAuth(RouteAccess.NONE)
                .withLimits(Optional.of(List.of()))
                .withBody(BodyRule.ANY);
        return options.withRoutes(Map.of("all", route))
                .withLimits(Map.of())
                // Of a key that nobody uses.
                .withAuth(options.auth().withSecret(Secret.of(UUID.randomUUID().toString())))
                .withAdmin(options.admin().withEnabled(false))
                .withDocs(options.docs().withEnabled(false))
                .withProblems(options.problems().withEnabled(false))
                .withIndex(options.index().withEnabled(false))
                .withLogging(options.logging().withAccess(false));
    }
}
