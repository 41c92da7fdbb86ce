package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients that people use: each signs in, calls, is refused, uploads a megabyte, reads an event stream as it comes, and
 * goes on until it is over its limit. They are programs of their own, in {@code src/test/clients}, and tell what they see.
 */
@Timeout(120)
class ClientsIT {

    private static final Path CLIENTS = Path.of("src", "test", "clients").toAbsolutePath();
    private static final String PASSWORD = "wonderland";

    @TempDir
    Path directory;

    @Test
    void javasHttpClientIsServed() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        isServed(List.of(java.toString(), CLIENTS.resolve("Client.java").toString()));
    }

    @Test
    @Tag("clients")
    void curlIsServed() throws Exception {
        isServed(List.of("bash", CLIENTS.resolve("client.sh").toString()));
    }

    @Test
    @Tag("clients")
    void pythonsHttpClientIsServed() throws Exception {
        isServed(List.of("python3", CLIENTS.resolve("client.py").toString()));
    }

    @Test
    @Tag("clients")
    void nodesFetchIsServed() throws Exception {
        isServed(List.of("node", CLIENTS.resolve("client.mjs").toString()));
    }

    private void isServed(List<String> program) throws Exception {
        try (ScriptedUpstream service = ScriptedUpstream.start()) {
            ScriptedStream stream = ScriptedStream.sse();
            service.on("/predict", Answer.json("{\"label\":\"greeting\"}"))
                    .on(
                            "/files",
                            exchange -> Answer.of(200)
                                    .withBody(exchange.request().body())
                                    .play(exchange))
                    .on("/stream", stream);
            configure(service.port());
            try (Jar.Serving proxy = new Jar(directory).serve(List.of("serve"))) {
                Process client = start(program, proxy.port());
                try (BufferedReader says = client.inputReader()) {
                    assertThat(says.readLine()).isEqualTo("call 200 greeting remaining 7");
                    assertThat(says.readLine()).isEqualTo("refused 422 schema-violation #/text");
                    assertThat(says.readLine()).isEqualTo("upload 200 True");
                    stream.send("data: one\n\n");
                    assertThat(says.readLine()).isEqualTo("event one");
                    stream.send("data: two\n\n");
                    assertThat(says.readLine()).isEqualTo("event two");
                    stream.end();
                    assertThat(says.readLine()).isEqualTo("limited 429 rate-limited True");
                    assertThat(says.readLine()).isNull();
                    assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(client.exitValue()).isZero();
                } finally {
                    client.destroyForcibly();
                }
            }
            assertThat(service.violations()).isEmpty();
            assertThat(service.requests())
                    .filteredOn(request -> request.path().equals("/files"))
                    .singleElement()
                    .satisfies(upload -> {
                        assertThat(upload.body().length()).isEqualTo(1 << 20);
                        assertThat(upload.header("X-Forwarded-User")).hasValue("alice");
                        assertThat(upload.header("Authorization")).isEmpty();
                    });
        }
    }

    private void configure(int service) throws IOException {
        UsersEditor.ofFile(directory.resolve("users.yaml")).add("alice", Secret.of(PASSWORD), List.of());
        Files.writeString(directory.resolve("text.schema.json"), "{\"properties\":{\"text\":{\"type\":\"string\"}}}");
        Files.writeString(directory.resolve("inference-proxy.yaml"), """
                server: { port: 0, drain-delay: 0s }
                admin: { port: 0 }
                upstreams: { default: { urls: ["http://127.0.0.1:%d"] } }
                routes:
                  inference: { match: "POST /api/inference", to: /predict, schema: text.schema.json }
                  files: { match: "POST /api/files", to: /files, body: any, max-body: 2MB }
                  stream: { match: "POST /api/stream", to: /stream }
                auth: { users-file: users.yaml }
                limits: { per-user: { windows: ["8 per hour"] } }
                """.formatted(service));
    }

    private Process start(List<String> program, int proxy) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("http://127.0.0.1:" + proxy, "alice", PASSWORD));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
