package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.server.ServerOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.Callable;
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

    HealthCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        URI target = target();
        int status = status(target);
        if (status != HttpURLConnection.HTTP_OK) {
            throw new CommandFailure(ExitCode.REMOTE, target + ": status " + status + " (expected: 200)");
        }
        surroundings.say("ready: " + target);
        return ExitCode.OK.number();
    }

    private URI target() {
        if (url == null) {
            ProxyOptions options = ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
            return readiness(options.server());
        }
        try {
            URI given = new URI(url);
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

    /** Where the listener is reached from this machine: one on all addresses, on the loopback address. */
    private static URI readiness(ServerOptions server) {
        return Addresses.reachable(server.host(), server.port()).resolve("/readyz");
    }

    private static int status(URI target) {
        try {
            HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
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
