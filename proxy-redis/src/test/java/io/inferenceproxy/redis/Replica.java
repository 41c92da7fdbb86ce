package io.inferenceproxy.redis;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One of several proxies that share their limits; whoever calls it is the same caller, by the address. */
record Replica(ProxyServer proxy) implements AutoCloseable {

    static Replica start(ScriptedUpstream upstream, RedisOptions redis, Map<String, LimitPolicyOptions> limits) {
        return start(upstream.uri(), redis, limits);
    }

    static Replica start(URI upstream, RedisOptions redis, Map<String, LimitPolicyOptions> limits) {
        return new Replica(builder(upstream, redis, limits).start());
    }

    /** One that can still be made different. */
    static ProxyServerBuilder builder(URI upstream, RedisOptions redis, Map<String, LimitPolicyOptions> limits) {
        return ProxyServer.builder(ProxyOptions.DEFAULT
                        .withLimits(limits)
                        .withRedis(redis)
                        .withRoutes(Map.of(
                                "inference",
                                RouteOptions.of(RouteMatch.parse("POST /api/inference/**"))
                                        .withTo(Optional.of(""))
                                        .withAuth(RouteAccess.NONE))))
                .upstream(up -> up.withUrls(List.of(upstream)))
                .listen(server -> server.withPort(0).withDrainDelay(Duration.ZERO))
                .admin(admin -> admin.withPort(0))
                .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests")));
    }

    RawResponse call() {
        try (RawClient client = client()) {
            return call(client);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    RawClient client() throws IOException {
        return RawClient.connect(proxy.uri());
    }

    static RawResponse call(RawClient client) throws IOException {
        return client.send(RawRequest.post("/api/inference").json("{}")).readResponse();
    }

    /** What the admin listener measures. */
    String metrics() {
        try (RawClient client = RawClient.connect(proxy.adminUri().orElseThrow())) {
            return client.send(RawRequest.get("/metrics")).readResponse().text();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        proxy.close();
    }
}
