package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.cli.config.KeyPath;
import io.inferenceproxy.cli.config.LoadedConfig;
import io.inferenceproxy.cli.config.Origin;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: runs the proxy until a signal comes. */
@Command(
        name = "serve",
        description = {
            "Run the proxy.",
            "",
            "When it is ready it tells where it listens: on a terminal in a few lines with a curl that works, else in one"
                    + " JSON line with \"event\":\"ready\", \"uri\" and \"adminUri\". This line and the logs, JSON lines"
                    + " off a terminal, go to standard output, where container platforms look for them.",
            "",
            "SIGTERM and Ctrl-C drain: readyz is 503 at once, new calls are served for server.drain-delay, those in flight"
                    + " have server.drain-timeout; a second signal ends it at once.",
            "",
            "SIGHUP (off a terminal), POST /reload of the admin listener, and with --watch a change of its files have the configuration read"
                    + " anew: limits hold at once and keep what was counted; it tells what else needs a restart. A"
                    + " configuration with a mistake changes nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy serve --upstream http://127.0.0.1:8000/predict",
            "  inference-proxy serve -u http://127.0.0.1:8000 --preset openai --limit \"50 per hour\"",
            "  inference-proxy serve --config prod.yaml --host 0.0.0.0"
        })
final class ServeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Mixin
    private final ServeFlags flags = new ServeFlags();

    @Option(
            names = "--tls-self-signed",
            description = "Speak TLS with a certificate of one's own making, for trying out; it is kept in the state"
                    + " directory, and the start tells how to trust it.")
    private boolean selfSigned;

    @Option(names = "--watch", description = "Read the configuration anew whenever one of its files changes.")
    private boolean watch;

    @Option(names = "--once", hidden = true, description = "Start, tell, and stop.")
    private boolean once;

    ServeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    @SuppressWarnings("try") // What is opened is only there to be closed.
    public Integer call() {
        LoadedConfig<ProxyOptions> loaded = config.load(surroundings, flags::over);
        ProxyOptions bound = ConfigMixin.require(loaded, surroundings);
        Readiness.require(bound, surroundings);
        ProxyOptions served = withFreeAdminPort(loaded, Readiness.withoutVersion(bound, surroundings));
        StateDirectory state = config.state(surroundings);
        try (StateLock held = state.lock()) {
            Optional<SelfSigned> made = selfSigned
                    ? Optional.of(SelfSigned.in(state.path(), served.server().host()))
                    : Optional.empty();
            ProxyOptions options = completed(served, made, state);
            Reloading reloading = new Reloading(
                    loaded,
                    () -> config.load(surroundings, flags::over),
                    now -> completed(
                            Readiness.withoutVersion(now, surroundings)
                                    .withAdmin(now.admin().equals(bound.admin()) ? served.admin() : now.admin()),
                            made,
                            state),
                    surroundings);
            try (Logs logs = Logs.open(
                    options.logging(), surroundings.terminals().out(), surroundings.out(), surroundings.err())) {
                CompletableFuture<Void> signal = surroundings.signals().listen();
                AtomicReference<ProxyServer> running = new AtomicReference<>();
                if (!surroundings.terminals().out()) { // on one it says that the terminal has gone
                    surroundings.signals().onHangUp(() -> reload(running.get()));
                }
                try (ProxyServer proxy = Launch.start(options, reloading::read)) {
                    made.ifPresent(certificate ->
                            surroundings.say("TLS with a certificate that nobody knows yet; try: curl --cacert "
                                    + certificate.certificate() + " " + proxy.uri() + "/readyz"));
                    new ReadyNotice(surroundings, options, proxy, made.map(SelfSigned::certificate))
                            .tell(config.tokenFlags());
                    if (!once) {
                        running.set(proxy);
                        try (ConfigWatch watching =
                                watch ? ConfigWatch.of(reloading, () -> reload(proxy)) : ConfigWatch.NONE) {
                            serve(proxy, signal);
                        }
                    }
                }
            }
        }
        return ExitCode.OK.number();
    }

    private ProxyOptions completed(ProxyOptions served, Optional<SelfSigned> made, StateDirectory state) {
        ProxyOptions reached = made.map(certificate -> certificate.over(served)).orElse(served);
        return NodeOptions.complete(reached, state, surroundings);
    }

    /** What comes of it is in the log, whatever it is. */
    private static void reload(@Nullable ProxyServer proxy) {
        try {
            if (proxy != null) { // else it has just been read
                proxy.reload();
            }
        } catch (IllegalArgumentException | IllegalStateException wrongOrOver) {
            LOG.debug("not reloaded", wrongOrOver);
        } catch (RuntimeException surprise) {
            LOG.error("the configuration could not be read anew", surprise);
        }
    }

    /** Until a signal comes, or an operator has asked for the end at the admin listener. */
    private void serve(ProxyServer proxy, CompletableFuture<Void> signal) {
        CompletableFuture<Void> stopped = proxy.stopped().toCompletableFuture();
        CompletableFuture.anyOf(signal, stopped).join();
        if (!stopped.isDone()) {
            surroundings.say("draining; once more ends it at once");
            proxy.shutDown().toCompletableFuture().join();
        }
    }

    /** The default admin port is nobody's wish: when it is taken, a free one will do. */
    private ProxyOptions withFreeAdminPort(LoadedConfig<ProxyOptions> loaded, ProxyOptions options) {
        boolean chosen = loaded.setting(KeyPath.parse("admin.port"))
                .filter(setting -> !(setting.origin() instanceof Origin.Default))
                .isPresent();
        if (chosen
                || !options.admin().enabled()
                || Launch.isFree(options.admin().host(), options.admin().port())) {
            return options;
        }
        surroundings.say("admin.port: " + options.admin().port() + " is taken, using a free one");
        return options.withAdmin(options.admin().withPort(0));
    }
}
