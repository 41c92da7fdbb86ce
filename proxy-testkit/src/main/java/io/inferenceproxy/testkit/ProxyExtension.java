package io.inferenceproxy.testkit;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.observe.CallReport;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that runs a {@link ProxyServer} in front of a {@link ScriptedUpstream}, and fails a test that does not
 * leave it in order.
 *
 * <pre>{@code
 * @RegisterExtension
 * final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits("2 per hour"));
 *
 * @Test
 * void aThirdCallWithinTheHourIsRefused() throws Exception {
 *     RawRequest call = RawRequest.post("/api/inference").header("Authorization", "Bearer " + proxy.token("alice")).json("{}");
 *     RawClient client = proxy.client();
 *     client.send(call).readResponse();
 *     client.send(call).readResponse();
 *
 *     assertThat(client.send(call).readResponse().status()).isEqualTo(429);
 * }
 * }</pre>
 *
 * <ol>
 *   <li>In an instance field each test has a proxy and an upstream of its own; in a static field the tests of a class share
 *       them, and scripts, requests and reports are forgotten between tests.
 *   <li>{@code POST /api/inference} leads to {@code /predict} of the upstream. The proxy listens on loopback and a free port;
 *       its admin listener is off, and on a free port once it is enabled. All else is as by default.
 *   <li>Its clock is {@link #time()}, which stands still until advanced; timeouts of connections run in real time.
 *   <li>After each test the clients of {@link #client()} are closed. The test fails when calls, in-flight permits or buffered
 *       bytes are still there five seconds later, when one of the threads died of an exception or (with Logback) an error was logged, or when
 *       the upstream was sent a request that is not well-formed.
 *   <li>After the proxy was closed (after each test, or after all that share it), buffers that nobody released are a failure;
 *       that needs Netty's {@code LeakPresenceDetector} as the leak detector of the JVM, by the system property
 *       {@code io.netty.customResourceLeakDetector}.
 * </ol>
 *
 * <p>Threads: everything but the callbacks of JUnit may be called from any thread while a test runs.
 */
public final class ProxyExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final UnaryOperator<ProxyServerBuilder> customization;
    private final Duration patience;
    private Optional<RunningProxy> running = Optional.empty();
    private boolean shared;
    private boolean errorsExpected;

    ProxyExtension(UnaryOperator<ProxyServerBuilder> customization, Duration patience) {
        this.customization = customization;
        this.patience = patience;
    }

    /** One with the defaults. */
    public static ProxyExtension create() {
        return with(builder -> builder);
    }

    /** One that is built further by this; clock and meter registry are replaced by those of the extension. */
    public static ProxyExtension with(UnaryOperator<ProxyServerBuilder> customization) {
        return new ProxyExtension(customization, SOON);
    }

    /** Where the proxy listens. */
    public URI uri() {
        return server().uri();
    }

    /** The proxy itself. */
    public ProxyServer server() {
        return running().server();
    }

    /** The service behind the proxy. */
    public ScriptedUpstream upstream() {
        return running().upstream();
    }

    /** The clock of limits, tokens and reports. */
    public ManualTime time() {
        return running().time();
    }

    /** Where the proxy counts and measures; it knows all calls that have ended. */
    public MeterRegistry meters() {
        running().awaitTold(SOON);
        return running().meters();
    }

    /** A new connection to the proxy; closed after the test. */
    public RawClient client() throws IOException {
        return running().connect();
    }

    /** A token of the proxy for this caller, good from now on for as long as {@code auth.token-ttl} says. */
    public String token(String subject, String... roles) {
        return token(TokenRequest.of(subject).withRoles(List.of(roles)));
    }

    /** A token of the proxy that says this. */
    public String token(TokenRequest request) {
        SigningKeys keys = SigningKeys.of(server().options().auth());
        return new TokenIssuer(server().options().auth(), keys, time())
                .issue(request)
                .text();
    }

    /** The reports of the calls that ended since the test began, in the order of their ends. */
    public List<CallReport> reports() {
        return running().reports().all();
    }

    /** Waits up to five seconds for the report of the call with this request id: it comes soon after the last byte. */
    public CallReport awaitReport(String id) {
        return running().reports().await(id, SOON);
    }

    /** Says that errors belong to this test: neither the log nor threads that die fail it. */
    public void expectErrors() {
        errorsExpected = true;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (running.isEmpty()) {
            shared = true;
            running = Optional.of(RunningProxy.start(customization));
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        errorsExpected = false;
        if (shared) {
            running().forget();
        } else {
            running = Optional.of(RunningProxy.start(customization));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        RunningProxy proxy = running();
        List<String> findings = new ArrayList<>(proxy.settle(patience));
        if (!shared) {
            running = Optional.empty();
            proxy.close();
            BufferLeaks.found().ifPresent(findings::add);
        }
        if (!errorsExpected) {
            findings.addAll(proxy.surprises());
        }
        failOn(findings);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (shared) {
            RunningProxy proxy = running();
            running = Optional.empty();
            shared = false;
            proxy.close();
            failOn(BufferLeaks.found().stream().toList());
        }
    }

    private static void failOn(List<String> findings) {
        if (!findings.isEmpty()) {
            throw new AssertionError("the proxy was not left in order:\n- " + String.join("\n- ", findings));
        }
    }

    private RunningProxy running() {
        return running.orElseThrow(() ->
                new IllegalStateException("proxy: not running (expected: use within a test, and @RegisterExtension)"));
    }
}
