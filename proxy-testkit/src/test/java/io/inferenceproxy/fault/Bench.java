package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.observe.CallReport;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.DataSize;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.LeakPresenceDetector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;

/**
 * A scripted upstream and a real proxy in front of it. Closing it fails the test when a call is still under way, a place is
 * still taken, bytes are still counted as held, a call ended in a surprise, or a buffer of Netty's is still alive.
 *
 * <p>Anyone may call, without limits; {@code Authorization: Bearer NAME} makes the caller NAME. The routes lead to the paths
 * of their own names: {@code /api/inference}, {@code /openai} and {@code /oip} (JSON, each with its style), {@code /raw} (any
 * method and content up to 64 MB), {@code /again} and {@code /again-raw} (likewise, repeatable).
 */
final class Bench implements AutoCloseable {

    /** For what must happen, however busy the machine is. */
    static final Duration SOON = Duration.ofSeconds(10);

    /** Within which a cancelled call must be known upstream. */
    static final Duration AT_ONCE = Duration.ofSeconds(1);

    /** A timeout that a test waits for. */
    static final Duration SHORT = Duration.ofMillis(200);

    private static final Duration OFTEN = Duration.ofMillis(5);

    static final String JSON_PATH = "/api/inference";

    final ScriptedUpstream upstream = ScriptedUpstream.start();
    final ProxyServer proxy;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Queue<CallReport> reports = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();

    private Bench(UnaryOperator<ProxyServerBuilder> change) {
        ProxyServerBuilder builder = ProxyServer.inFrontOf(upstream.uri().toString())
                .listen(server ->
                        server.withPort(0).withDrainDelay(Duration.ZERO).withDrainTimeout(Duration.ofSeconds(2)))
                .admin(admin -> admin.withPort(0))
                .logging(logging -> logging.withAccess(false))
                .limits()
                .meterRegistry(meters)
                .authenticator(Bench::named)
                .observer(this::ended)
                .route("inference", route("POST /api/inference/**").withTo(JSON_PATH))
                .route("openai", route("POST /openai/**").withStyle(ApiStyle.OPENAI))
                .route("oip", route("POST /oip/**").withStyle(ApiStyle.OIP))
                .route("raw", route("* /raw/**").withBody(BodyRule.ANY).withMaxBody(DataSize.ofMegabytes(64)))
                .route("again", route("POST /again/**").withRepeatable(true))
                .route(
                        "again-raw",
                        route("* /again-raw/**")
                                .withBody(BodyRule.ANY)
                                .withMaxBody(DataSize.ofMegabytes(64))
                                .withRepeatable(true));
        try {
            proxy = change.apply(builder).start();
        } catch (RuntimeException | Error failed) {
            upstream.close();
            throw failed;
        }
    }

    /** Waits for what must happen, and looks at once and often: what every test waits for in its end adds up. */
    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(OFTEN).atMost(SOON);
    }

    static Bench start() {
        return start(builder -> builder);
    }

    static Bench start(UnaryOperator<ProxyServerBuilder> change) {
        return new Bench(change);
    }

    static RouteOptions route(String match) {
        return RouteOptions.of(RouteMatch.parse(match));
    }

    static RawRequest post(String path) {
        return RawRequest.post(path).json("{}");
    }

    RawClient connect() throws IOException {
        return RawClient.connect(proxy.uri());
    }

    /** A client that takes little at a time, so that one that does not read is felt soon. */
    RawClient connectWithSmallWindow() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8 << 10);
        socket.connect(new InetSocketAddress(proxy.uri().getHost(), proxy.uri().getPort()));
        return RawClient.over(socket);
    }

    URI admin() {
        return proxy.adminUri().orElseThrow();
    }

    /** The next call that has ended; each is handed out once. */
    CallReport awaitReport() {
        return soon().until(reports::poll, found -> found != null);
    }

    int reportCount() {
        return reports.size();
    }

    void forgetReports() {
        reports.clear();
    }

    double active() {
        return gauge("http.server.active_requests");
    }

    double inFlight() {
        return gauge("inference.proxy.upstream.in.flight");
    }

    double queued() {
        return gauge("inference.proxy.upstream.queued");
    }

    /** How many bytes are held of content and answers. */
    double buffered() {
        return gauge("inference.proxy.buffered.bytes");
    }

    /** How many calls were refused because no more may be held. */
    double refused() {
        return meters.get("inference.proxy.buffered.refusals").functionCounter().count();
    }

    /** How many decisions of limits came out so. */
    double decisions(String outcome) {
        return meters.get("inference.proxy.rate.limit.decisions").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How many reloads came out so. */
    double reloads(String outcome) {
        return meters.get("inference.proxy.config.reloads")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private double gauge(String name) {
        return meters.get(name).gauges().stream().mapToDouble(Gauge::value).sum();
    }

    private void ended(CallReport report) {
        reports.add(report);
        if (report.failure() != null) {
            surprises.add(report.failure());
        }
    }

    static CompletionStage<Authentication> named(ProxyCall call) {
        String subject = call.request()
                .headers()
                .first("Authorization")
                .map(value -> value.substring("Bearer ".length()))
                .orElse("anyone");
        return CompletableFuture.completedFuture(new Authentication.Accepted(
                new Caller.Identified("test", false, subject, Set.of(), Set.of(), Instant.MAX)));
    }

    @Override
    public void close() {
        try {
            soon().untilAsserted(() -> assertThat(List.of(active(), inFlight(), queued(), buffered()))
                    .as("calls under way, places taken, calls waiting, bytes held")
                    .containsExactly(0.0, 0.0, 0.0, 0.0));
            proxy.told()
                    .toCompletableFuture()
                    .completeOnTimeout(null, SOON.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            assertThat(surprises).as("surprises inside the proxy").isEmpty();
        } finally {
            proxy.close();
            upstream.close();
        }
        soon().ignoreExceptions().until(() -> {
            LeakPresenceDetector.check();
            return true;
        });
    }
}
