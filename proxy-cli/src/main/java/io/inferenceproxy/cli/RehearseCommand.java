package io.inferenceproxy.cli;

import io.inferenceproxy.cli.demo.TriageSchema;
import io.inferenceproxy.cli.demo.TriageServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code rehearse}, for the launcher: does once what starts, first calls and short commands do, in a Java machine that writes
 * down which classes that took. It knows nothing of the user's configuration, listens on free ports of the loopback address,
 * and leaves nothing behind.
 */
@Command(name = "rehearse", hidden = true, description = "Load what commands load, for a class-data archive.")
final class RehearseCommand implements Callable<Integer> {

    private static final String USER = "rehearsal";
    private static final String PASSWORD = "for as long as the rehearsal takes";
    private static final long LONGEST_SECONDS = 60;

    private static final String CONFIGURATION = """
            server: { port: 0 }
            upstreams: { default: { urls: ["%s"] } }
            validation: { schema: %s }
            auth: { users-file: users.yaml }
            """;

    /** Settings come from a file, from variables and from flags: what reads each is loaded. */
    private static final Map<String, String> VARIABLES = Map.of("INFERENCE_PROXY_SERVER_DRAIN_DELAY", "0s");

    private static final String[] SERVE = {"serve", "--admin-port", "0", "--set", "server.host=127.0.0.1"};

    private final Surroundings surroundings;

    RehearseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        CompletableFuture<Void> end = surroundings.signals().listen();
        try (ScratchDirectory scratch = ScratchDirectory.create();
                TriageServer model = TriageServer.start()) {
            Path directory = scratch.path();
            Files.writeString(directory.resolve(TriageSchema.RESOURCE), TriageSchema.text());
            Files.writeString(
                    directory.resolve("inference-proxy.yaml"),
                    CONFIGURATION.formatted(model.uri().resolve("/predict"), TriageSchema.RESOURCE));
            run(directory, "users", "add", USER, "--password-stdin");
            String token = run(directory, "token", "--user", USER).strip();
            serve(directory, end, token);
        }
        return ExitCode.OK.number();
    }

    private void serve(Path directory, CompletableFuture<Void> end, String token) throws Exception {
        FirstLine ready = new FirstLine();
        CompletableFuture<Integer> served = new CompletableFuture<>();
        Thread server = new Thread(
                () -> {
                    try {
                        served.complete(Cli.run(inside(directory, ready, () -> end), SERVE));
                    } catch (RuntimeException | Error failed) {
                        served.completeExceptionally(failed);
                    }
                    ready.line.cancel(false);
                },
                "rehearsal");
        server.setDaemon(true);
        server.start();
        try {
            String line = ready.line.get(LONGEST_SECONDS, TimeUnit.SECONDS);
            firstCalls(
                    directory,
                    URI.create(JsonMapper.shared().readTree(line).get("uri").stringValue()),
                    token);
        } finally {
            end.complete(null);
        }
        if (served.get(LONGEST_SECONDS, TimeUnit.SECONDS) != ExitCode.OK.number()) {
            throw new IOException("serve: failed (expected: an end in order)");
        }
    }

    private void firstCalls(Path directory, URI proxy, String token) throws IOException {
        String login = JsonMapper.shared()
                .createObjectNode()
                .put("username", USER)
                .put("password", PASSWORD)
                .toString();
        require(200, post(proxy.resolve("/api/login"), "", login));
        require(200, post(proxy.resolve("/api/inference"), token, TriageSchema.EXAMPLE));
        require(422, post(proxy.resolve("/api/inference"), token, "{}"));
        require(401, post(proxy.resolve("/api/inference"), "", TriageSchema.EXAMPLE));
        run(directory, "health", "--url", proxy.toString());
    }

    private static void require(int expected, int status) throws IOException {
        if (status != expected) {
            throw new IOException("status: " + status + " (expected: " + expected + ")");
        }
    }

    private static int post(URI target, String token, String content) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** Runs a command to its end and gives what it printed. */
    private String run(Path directory, String... arguments) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = Cli.run(inside(directory, out, surroundings.signals()), arguments);
        if (code != ExitCode.OK.number()) {
            throw new IOException(arguments[0] + ": exit code " + code + " (expected: 0)");
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private Surroundings inside(Path directory, OutputStream out, Signals signals) {
        Map<String, String> variables = new HashMap<>(VARIABLES);
        variables.put("HOME", directory.toString());
        return new Surroundings(
                variables,
                directory,
                new ByteArrayInputStream((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                Terminals.NONE,
                surroundings.passwords(),
                signals);
    }

    /** Where {@code serve} prints to: keeps the first line, which tells that it is ready. */
    private static final class FirstLine extends OutputStream {
        private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
        private final CompletableFuture<String> line = new CompletableFuture<>();

        @Override
        public synchronized void write(int b) {
            if (b == '\n') {
                line.complete(begun.toString(StandardCharsets.UTF_8));
            } else if (!line.isDone()) {
                begun.write(b);
            }
        }
    }
}
