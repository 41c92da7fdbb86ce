package io.inferenceproxy.examples.embedded;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.units.Secret;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/** The application: {@code java … EmbeddedProxy http://127.0.0.1:8000/predict}, with a badge in {@code BADGE_OF_ALICE}. */
public final class EmbeddedProxy {

    private EmbeddedProxy() {}

    /** A proxy in front of the service, for those who have a badge, in office hours. */
    static ProxyServerBuilder inFrontOf(String service, Map<String, Secret> badges, Clock clock) {
        return ProxyServer.inFrontOf(service)
                .authenticator(new BadgeAuthenticator(badges))
                .filterBeforeUpstream(new OfficeHoursFilter(clock))
                .limits("10 per minute", "200 per day");
    }

    public static void main(String[] arguments) {
        String service = arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8000/predict";
        Map<String, Secret> badges = Map.of("alice", Secret.fromEnvironment("BADGE_OF_ALICE"));
        ProxyServer proxy =
                inFrontOf(service, badges, Clock.system(ZoneId.systemDefault())).start();
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "stop"));
        System.out.println("curl -H 'X-Badge: …' -H 'Content-Type: application/json' -d '{\"text\":\"hello\"}' "
                + proxy.uri().resolve("/api/inference"));
        proxy.stopped().toCompletableFuture().join();
    }
}
