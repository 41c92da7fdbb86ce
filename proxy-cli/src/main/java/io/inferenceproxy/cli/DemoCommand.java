package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.cli.demo.TriageSchema;
import io.inferenceproxy.cli.demo.TriageServer;
import io.inferenceproxy.observe.LogFormat;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.upstream.UpstreamOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a small real model behind a real proxy, with everything needed for a first call. */
@Command(
        name = "demo",
        description =
                "Run a small model behind the proxy, with a user, a token and calls to paste; offline, until Ctrl-C."
                        + " It leaves nothing behind.",
        footerHeading = "%nExamples:%n",
        footer = {"  inference-proxy demo", "  inference-proxy demo --port 9090"})
final class DemoCommand implements Callable<Integer> {

    private static final String USER = "alice";
    /** Known to all, so that what is written about the demo can be pasted: it guards a toy, on this machine, for a while. */
    private static final String PASSWORD = "wonderland";

    private static final String WRONG_CASE = "{\"symptoms\":[\"feever\"],\"age\":-1}";
    private static final int SECRET_BYTES = 32;

    private final Surroundings surroundings;
    private final SecureRandom random = new SecureRandom();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port to listen on, 0 for any free one (default 8080, or a free one when that is taken).")
    private @Nullable Integer port;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    @SuppressWarnings("try") // What is opened is only there to be closed.
    public Integer call() throws IOException {
        CompletableFuture<Void> signal = surroundings.signals().listen();
        try (ScratchDirectory scratch = ScratchDirectory.create();
                TriageServer model = TriageServer.start()) {
            ProxyOptions options = options(scratch.path(), model);
            boolean terminal = surroundings.terminals().err();
            try (Logs logs = Logs.open(options.logging(), terminal, surroundings.err(), surroundings.err())) {
                try (ProxyServer proxy = Launch.start(options)) {
                    surroundings.out().print(notice(options, proxy));
                    surroundings.out().flush();
                    signal.join();
                }
            }
        }
        return ExitCode.OK.number();
    }

    private ProxyOptions options(Path directory, TriageServer model) throws IOException {
        Path schema = Files.writeString(directory.resolve(TriageSchema.RESOURCE), TriageSchema.text());
        Path users = directory.resolve("users.yaml");
        UsersEditor.ofFile(users).add(USER, Secret.of(PASSWORD), List.of());
        ProxyOptions defaults = ProxyOptions.DEFAULT;
        return defaults.withServer(defaults.server()
                        .withPort(port())
                        .withDrainDelay(Duration.ZERO)
                        .withDrainTimeout(Duration.ofSeconds(5)))
                .withAdmin(defaults.admin().withPort(0))
                .withUpstreams(Map.of(
                        "default",
                        UpstreamOptions.DEFAULT.withUrls(List.of(model.uri().resolve("/predict")))))
                .withAuth(defaults.auth().withSecret(Secret.of(randomSecret())).withUsersFile(Optional.of(users)))
                .withValidation(defaults.validation().withSchema(Optional.of(schema)))
                .withLogging(defaults.logging().withFormat(LogFormat.TEXT));
    }

    private int port() {
        if (port != null) {
            if (port < 0 || port > 65_535) {
                throw new CommandFailure(ExitCode.USAGE, "--port: " + port + " (expected: 0 to 65535)");
            }
            return port;
        }
        int usual = ProxyOptions.DEFAULT.server().port();
        return Launch.isFree(ProxyOptions.DEFAULT.server().host(), usual) ? usual : 0;
    }

    private String notice(ProxyOptions options, ProxyServer proxy) {
        String token = new TokenIssuer(options.auth(), Tokens.keys(options.auth()), Ticker.system())
                .issue(TokenRequest.of(USER))
                .text();
        CurlExample call = CurlExample.of(options, proxy.uri());
        String admin =
                proxy.adminUri().map(uri -> uri.resolve("/metrics").toString()).orElse("off");
        return String.join(
                "\n",
                "A small model that maps symptoms to conditions, behind inference-proxy " + ProgramVersion.text() + ".",
                "It is a toy, trained on made-up cases: no medical advice.",
                "",
                "  proxy     " + proxy.uri(),
                "  docs      " + proxy.uri().resolve("/docs"),
                "  metrics   " + admin,
                "  user      " + USER,
                "  password  " + PASSWORD,
                "  token     " + token,
                "",
                "A call:",
                "  " + call.withBody(TriageSchema.EXAMPLE).withToken(token),
                "",
                "A call that the schema refuses (422):",
                "  " + call.withBody(WRONG_CASE).withToken(token),
                "",
                "Ctrl-C ends it; nothing is left behind.",
                "");
    }

    private String randomSecret() {
        byte[] random = new byte[SECRET_BYTES];
        this.random.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
