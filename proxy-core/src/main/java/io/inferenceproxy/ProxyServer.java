package io.inferenceproxy;

import io.inferenceproxy.internal.netty.NettyListener;
import io.inferenceproxy.server.AdminOptions;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.server.TlsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy: it stands in front of an HTTP inference service and makes it safe to hand out.
 *
 * <pre>{@code
 * try (ProxyServer proxy = ProxyServer.inFrontOf("http://127.0.0.1:8000/predict")
 *         .auth(auth -> auth.withSecret(Secret.fromEnvironment("JWT_SECRET_KEY")))
 *         .limits("50 per hour", "200 per day")
 *         .start()) {
 *     System.out.println(proxy.uri());
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class ProxyServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ProxyOptions options;
    private final Optional<Supplier<ProxyOptions>> source;
    private final ProxyPipeline pipeline;
    private final NettyListener listener;
    private final Optional<NettyListener> admin;
    private final Optional<NettyListener> redirect;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private ProxyServer(ProxyOptions options, Parts parts, boolean adminChosen) throws IOException {
        this.options = options;
        this.source = parts.source();
        this.pipeline = ProxyPipeline.open(options, parts);
        try {
            this.listener = listen("server.port", options.server(), pipeline.frontDoor());
            try {
                this.redirect = listenRedirect(parts);
                this.admin =
                        options.admin().enabled() ? Optional.of(listenAdmin(parts, adminChosen)) : Optional.empty();
            } catch (IOException | RuntimeException | Error refused) {
                listener.stop(Duration.ZERO);
                throw refused;
            }
        } catch (IOException | RuntimeException | Error refused) {
            pipeline.close();
            throw refused;
        }
    }

    /** A builder for a proxy in front of a service; a path in the URL is where {@code /api/inference} leads. */
    public static ProxyServerBuilder inFrontOf(String url) {
        return builder(ProxyOptions.DEFAULT).upstream(upstream -> upstream.withUrls(List.of(URI.create(url))));
    }

    /** A builder that begins with these options. */
    public static ProxyServerBuilder builder(ProxyOptions options) {
        return new ProxyServerBuilder(options);
    }

    static ProxyServer start(ProxyOptions options, Parts parts, boolean adminChosen) {
        try {
            return new ProxyServer(options, parts, adminChosen);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** For callers who come without TLS. */
    private Optional<NettyListener> listenRedirect(Parts parts) throws IOException {
        Optional<Integer> port = options.server().tls().redirectPort();
        if (port.isEmpty()) {
            return Optional.empty();
        }
        ServerOptions plain = options.server().withTls(TlsOptions.DEFAULT).withPort(port.get());
        FrontDoor pages = RedirectPages.frontDoor(
                options, parts.ticker(), listener.address().getPort());
        return Optional.of(listen("server.tls.redirect-port", plain, pages));
    }

    private NettyListener listen(String key, ServerOptions server, FrontDoor frontDoor) throws IOException {
        try {
            return pipeline.engine().listen(frontDoor, server);
        } catch (IOException taken) {
            throw new IOException(
                    key + ": " + server.port() + " on " + server.host() + " cannot be listened on: "
                            + taken.getMessage(),
                    taken);
        }
    }

    private NettyListener listenAdmin(Parts parts, boolean chosen) throws IOException {
        AdminOptions wanted = options.admin();
        ServerOptions server = ServerOptions.DEFAULT.withHost(wanted.host()).withPort(wanted.port());
        FrontDoor pages = AdminPages.frontDoor(
                options, pipeline.assembly(), parts.ticker(), this::shutDown, source.map(known -> this::reload));
        try {
            return pipeline.engine().listen(pages, server);
        } catch (IOException taken) {
            if (!chosen) {
                NettyListener elsewhere = pipeline.engine().listen(pages, server.withPort(0));
                LOG.warn(
                        "admin.port: {} is taken, using {}",
                        wanted.port(),
                        elsewhere.address().getPort());
                return elsewhere;
            }
            throw new IOException(
                    "admin.port: " + wanted.port() + " on " + wanted.host() + " cannot be listened on: "
                            + taken.getMessage(),
                    taken);
        }
    }

    /** Where callers reach it, with the real port. */
    public URI uri() {
        return uri(options.server().tls().isOn() ? "https" : "http", listener.address());
    }

    /** Where operators reach it; empty when there is no admin listener. */
    public Optional<URI> adminUri() {
        return admin.map(NettyListener::address).map(address -> uri("http", address));
    }

    /** Where callers without TLS are told to come with it; empty when there is no such listener. */
    public Optional<URI> redirectUri() {
        return redirect.map(NettyListener::address).map(address -> uri("http", address));
    }

    /** What holds now. */
    public ProxyOptions options() {
        return pipeline.options();
    }

    /**
     * Puts other limits in force while calls go on, as {@link ProxyPipeline#reload} does; names what else differs, and needs a
     * restart. It blocks.
     *
     * @throws IllegalArgumentException when the options do not go together; then nothing has changed
     */
    public ReloadReport reload(ProxyOptions changed) {
        return pipeline.reload(changed);
    }

    /**
     * The same with what {@link ProxyServerBuilder#reloadFrom} reads. It blocks.
     *
     * @throws IllegalArgumentException when that is wrong, which the log tells too; then nothing has changed
     * @throws IllegalStateException when there is nothing to read
     */
    public ReloadReport reload() {
        Supplier<ProxyOptions> known = source.orElseThrow(
                () -> new IllegalStateException("nothing to reload from was named (expected: reloadFrom)"));
        return pipeline.reload(known);
    }

    /** How many connections of callers are open. */
    public int connections() {
        return listener.connections();
    }

    /**
     * Completes when the metrics, the log and the observers have been told of all calls that have ended: they learn of a call
     * some hundredths of a second later, from a thread of their own. An observer must not wait for it.
     */
    public CompletionStage<Void> told() {
        return pipeline.told();
    }

    /**
     * Shuts down in stages, as a SIGTERM to the command does: calls are still served for {@code server.drain-delay}, with
     * {@code Connection: close} and {@code /readyz} at 503; then nothing new is taken, and calls in flight have
     * {@code server.drain-timeout}. Does not wait; the stage completes when all is done.
     */
    public CompletionStage<Void> shutDown() {
        return stop(options.server().drainDelay());
    }

    /** Completes when the proxy has stopped, whoever asked for it. */
    public CompletionStage<Void> stopped() {
        return stopped.copy();
    }

    /** Stops: takes nothing new from now on, waits for calls in flight up to {@code server.drain-timeout}. */
    @Override
    public void close() {
        CompletionStage<Void> done = stop(Duration.ZERO);
        Duration most = options.server().drainTimeout().plus(GRACE);
        try {
            done.toCompletableFuture()
                    .completeOnTimeout(null, most.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException failed) {
            throw new IllegalStateException("the proxy did not stop in order", failed);
        }
    }

    private CompletionStage<Void> stop(Duration delay) {
        pipeline.drain();
        listener.drain();
        redirect.ifPresent(NettyListener::drain);
        if (delay.isZero()) {
            stopListening();
        } else {
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::stopListening);
        }
        return stopped.copy();
    }

    /** The first who asks for it brings it about, however long another would have waited. */
    private void stopListening() {
        if (stopping.compareAndSet(false, true)) {
            redirect.ifPresent(pages -> pages.stop(Duration.ZERO));
            listener.stop(options.server().drainTimeout()).whenComplete((done, failure) -> end());
        }
    }

    /** The admin listener goes last, so that operators can watch; not on an event loop, since it waits for them. */
    private void end() {
        Thread thread = new Thread(
                () -> {
                    try {
                        admin.ifPresent(pages -> pages.stop(Duration.ZERO));
                        pipeline.close();
                    } finally {
                        stopped.complete(null);
                    }
                },
                "inference-proxy-stop");
        thread.setDaemon(true);
        thread.start();
    }

    private static URI uri(String scheme, InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
        return URI.create(scheme + "://" + (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + address.getPort());
    }
}
