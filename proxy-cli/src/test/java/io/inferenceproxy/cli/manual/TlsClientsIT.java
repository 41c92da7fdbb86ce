package io.inferenceproxy.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code serve --tls-self-signed} as seen by the clients that people use over TLS and HTTP/2: curl and openssl, and those of
 * nghttp2 where they are installed.
 */
@Tag("clients")
@Timeout(120)
@NullUnmarked // fields are set before all tests
class TlsClientsIT {

    private static final String ANSWER = "{\"label\":\"greeting\"}";

    @TempDir
    static Path directory;

    private static ScriptedUpstream service;
    private static Jar.Serving proxy;

    @BeforeAll
    static void serve() throws IOException {
        service = ScriptedUpstream.start();
        service.otherwise(Answer.json(ANSWER))
                .on(
                        "/files",
                        exchange -> Answer.of(200)
                                .withBody(exchange.request().body())
                                .play(exchange))
                .on(
                        "/stream",
                        Answer.of(200)
                                .withHeader("Content-Type", "text/event-stream")
                                .withBody("data: one\n\n"));
        Files.writeString(directory.resolve("inference-proxy.yaml"), """
                server: { port: 0, drain-delay: 0s }
                admin: { port: 0 }
                upstreams: { default: { urls: ["http://127.0.0.1:%d"] } }
                routes:
                  inference: { match: "POST /api/inference", auth: none }
                  files: { match: "POST /files", body: any, max-body: 2MB, auth: none }
                  stream: { match: "POST /stream", auth: none }
                limits: { per-user: { windows: ["1000000 per hour"] } }
                """.formatted(service.port()));
        proxy = new Jar(directory).serve(List.of("serve", "--tls-self-signed"));
    }

    @AfterAll
    static void close() {
        proxy.close();
        service.close();
        assertThat(service.violations()).isEmpty();
    }

    private static String uri(String path) {
        return "https://127.0.0.1:" + proxy.port() + path;
    }

    private static String certificate() {
        return directory.resolve("state/inference-proxy/tls-server.pem").toString();
    }

    /** What a program prints, which must end well. */
    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String curl(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "--cacert", certificate()));
        command.addAll(Arrays.asList(more));
        return run(command.toArray(String[]::new));
    }

    private static void assumeInstalled(String program) {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not installed");
    }

    @ParameterizedTest
    @CsvSource({
        "--http2, --tlsv1.3, 1.3, 2",
        "--http2, --tlsv1.2, 1.2, 2",
        "--http1.1, --tlsv1.3, 1.3, 1.1",
        "--http1.1, --tlsv1.2, 1.2, 1.1"
    })
    void curlIsServed(String http, String least, String most, String version) throws Exception {
        String[] call = {
            http, least, "--tls-max", most, "--json", "{}", "-w", " %{http_version} %{http_code}", uri("/api/inference")
        };

        assertThat(curl(call)).isEqualTo(ANSWER + " " + version + " 200");
    }

    @Test
    void curlUploadsAndReadsAStreamOverHttp2() throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[1 << 20]);
        String[] upload = {
            "--http2",
            "-H",
            "Content-Type: application/octet-stream",
            "--data-binary",
            "@" + file,
            "-o",
            "echo",
            "-w",
            "%{http_version}",
            uri("/files")
        };

        assertThat(curl(upload)).isEqualTo("2");
        assertThat(directory.resolve("echo")).hasSameBinaryContentAs(file);
        assertThat(curl("--http2", "-N", "--json", "{}", uri("/stream"))).isEqualTo("data: one\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3, 'h2,http/1.1', TLSv1.3, ALPN protocol: h2",
        "-tls1_2, 'h2,http/1.1', TLSv1.2, ALPN protocol: h2",
        "-tls1_3, http/1.1, TLSv1.3, ALPN protocol: http/1.1",
        "-tls1_3, foo, TLSv1.3, No ALPN negotiated"
    })
    void opensslAgreesOnProtocolAndCertificate(String version, String offered, String protocol, String alpn)
            throws Exception {
        String printed = run(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + proxy.port(),
                version,
                "-alpn",
                offered,
                "-CAfile",
                certificate(),
                "-verify_ip",
                "127.0.0.1",
                "-verify_return_error");

        assertThat(printed)
                .contains("New, " + protocol + ", Cipher is ")
                .contains(alpn)
                .contains("Verify return code: 0 (ok)");
    }

    @Test
    void nghttpIsServed() throws Exception {
        assumeInstalled("nghttp");
        Path content = Files.writeString(directory.resolve("content"), "{}");

        String printed = run(
                "nghttp",
                "-v",
                "--no-verify-peer",
                "-H",
                "content-type: application/json",
                "-d",
                content.toString(),
                uri("/api/inference"));

        assertThat(printed)
                .contains("The negotiated protocol: h2")
                .contains(":status: 200")
                .contains(ANSWER);
    }

    @Test
    void manyStreamsOfH2loadAreAllServed() throws Exception {
        assumeInstalled("h2load");
        Path content = Files.writeString(directory.resolve("content"), "{}");

        String printed = run(
                "h2load",
                "-n",
                "500",
                "-c",
                "4",
                "-m",
                "10",
                "-H",
                "content-type: application/json",
                "-d",
                content.toString(),
                uri("/api/inference"));

        assertThat(printed)
                .contains("Application protocol: h2")
                .contains("500 succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("status codes: 500 2xx, 0 3xx, 0 4xx, 0 5xx");
    }
}
