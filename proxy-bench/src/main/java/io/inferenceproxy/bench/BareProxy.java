package io.inferenceproxy.bench;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.units.Secret;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
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
        RouteOptions route = RouteOptions.of(RouteMatch.parse("* /**"))
                .withTo(Optional.of(""))
                .withAuth(RouteAccess.NONE)
                .withLimits(Optional.of(List.of()))
                .withBody(BodyRule.ANY);
        return ProxyServer.inFrontOf(upstream)
                .upstream(options -> options.withMaxInFlight(20_000))
                .listen(listen -> listen.withPort(0))
                .admin(admin -> admin.withEnabled(false))
                .auth(auth -> auth.withSecret(Secret.of(UUID.randomUUID().toString()))) // of a key that nobody uses
                .routes(Map.of("all", route))
                .limits()
                .docs(page -> page.withEnabled(false))
                .problems(page -> page.withEnabled(false))
                .index(page -> page.withEnabled(false))
                .logging(logging -> logging.withAccess(false))
                .meterRegistry(new CompositeMeterRegistry()) // with nothing in it, so its meters count nothing
                .start();
    }
}
