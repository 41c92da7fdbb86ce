package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.pem.CertificateFiles;
import io.inferenceproxy.server.ServerCertificates;
import io.inferenceproxy.server.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code health}: asks a running proxy whether it is ready, for containers that have no curl. */
@Command(
        name = "health",
        description = "Ask a running proxy whether it is ready; 0 when it is, 5 when not or when it does not answer.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy health",
            "  inference-proxy health --url http://127.0.0.1:8080",
            "  HEALTHCHECK CMD [\"inference-proxy\", \"health\"]"
        })
final class HealthCommand implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS = 2_000;

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The proxy, or a page of it (default: /readyz at the configured host and port).")
    private @Nullable String url;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "PEM file with the certificate of the proxy, where it is one that nobody else trusts.")
    private @Nullable String trusted;

    HealthCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Optional<ProxyOptions> configured = url == null ? Optional.of(configured()) : Optional.empty();
        URI target = configured.map(HealthCommand::readiness).orElseGet(this::given);
        int status = status(
                target, trusted != null ? trusting(trusted) : configured.flatMap(options -> sockets(options.server())));
        if (status != HttpURLConnection.HTTP_OK) {
            throw new CommandFailure(ExitCode.REMOTE, target + ": status " + status + " (expected: 200)");
        }
        surroundings.say("ready: " + target);
        return ExitCode.OK.number();
    }

    private ProxyOptions configured() {
        return ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
    }

    private URI given() {
        try {
            URI given = new URI(Objects.requireNonNull(url, "no URL"));
            boolean http = "http".equalsIgnoreCase(given.getScheme()) || "https".equalsIgnoreCase(given.getScheme());
            if (http && given.getHost() != null) {
                String path = given.getRawPath();
                return path == null || path.isEmpty() || path.equals("/") ? given.resolve("/readyz") : given;
            }
        } catch (URISyntaxException malformed) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--url: not a URL (expected: such as http://127.0.0.1:8080)", malformed);
        }
        throw new CommandFailure(ExitCode.USAGE, "--url: not usable (expected: an http or https URL with a host)");
    }

    /** Where the listener is reached from this machine; where it asks for certificates of clients, the one for operators. */
    private static URI readiness(ProxyOptions options) {
        boolean forClientsAlone = options.server().tls().clientCa().isPresent();
        return (forClientsAlone && options.admin().enabled()
                        ? Addresses.reachable(options.admin())
                        : Addresses.reachable(options.server()))
                .resolve("/readyz");
    }

    /** It is asked at its address, which its certificate need not name; who it is tells the certificate itself. */
    private static Optional<SSLSocketFactory> sockets(ServerOptions server) {
        return server.tls().isOn()
                ? sockets(() -> ServerCertificates.read(server.tls()).own())
                : Optional.empty();
    }

    private Optional<SSLSocketFactory> trusting(String file) {
        return sockets(() -> CertificateFiles.read(
                "--cacert", surroundings.workingDirectory().resolve(file)));
    }

    private static Optional<SSLSocketFactory> sockets(Supplier<List<X509Certificate>> known) {
        try {
            return Optional.of(TrustedExactly.sockets(known.get()));
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (UncheckedIOException unreadable) {
            throw new CommandFailure(ExitCode.LOCAL, String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    private static int status(URI target, Optional<SSLSocketFactory> sockets) {
        try {
            HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
            if (connection instanceof HttpsURLConnection secure && sockets.isPresent()) {
                secure.setSSLSocketFactory(sockets.get());
                secure.setHostnameVerifier((host, session) -> true); // the very certificate was checked
            }
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try {
                return connection.getResponseCode();
            } finally {
                connection.disconnect();
            }
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.REMOTE, target + ": no answer (" + failed.getMessage() + ")", failed);
        }
    }
}
