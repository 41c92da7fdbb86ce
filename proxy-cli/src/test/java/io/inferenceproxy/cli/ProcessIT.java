package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The real jar as a process of its own. */
@Timeout(120)
class ProcessIT {

    @TempDir
    Path directory;

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("inference-proxy.jar")));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("INFERENCE_PROXY") || name.equals("JWT_SECRET_KEY"));
        return builder.redirectError(directory.resolve("err.txt").toFile()).start();
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalDrainsAndEndsWithZero(String signal) throws Exception {
        Process proxy = start(
                "serve", "-u", "http://127.0.0.1:9", "-p", "0", "--admin-port", "0", "--set", "server.drain-delay=0s");
        try (BufferedReader out = proxy.inputReader()) {
            URI uri = URI.create(
                    JsonMapper.shared().readTree(out.readLine()).get("uri").stringValue());
            int alive = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri.resolve("/livez")).build(), BodyHandlers.discarding())
                    .statusCode();

            signal(proxy, signal);

            assertThat(alive).isEqualTo(200);
            assertThat(proxy.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.exitValue()).isZero();
        } finally {
            proxy.destroyForcibly();
        }
    }

    @Test
    void aHangUpHasTheConfigurationReadAnew() throws Exception {
        Path file = Files.writeString(
                directory.resolve("inference-proxy.yaml"), "limits: { per-user: { windows: [5 per hour] } }\n");
        Process proxy = start("serve", "-u", "http://127.0.0.1:9", "-p", "0", "--admin-port", "0");
        try (BufferedReader out = proxy.inputReader()) {
            out.readLine();
            Files.writeString(file, "limits: { per-user: { windows: [6 per hour] } }\n");

            signal(proxy, "HUP");

            assertThat(out.readLine()).contains("configuration reloaded", "limits.per-user.windows");
            assertThat(proxy.isAlive()).isTrue();
        } finally {
            proxy.destroyForcibly();
        }
    }

    @Test
    void aSignalUnderLoadLosesNoCall() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.otherwise(Answer.json("{\"label\":\"cat\"}"));
            Process proxy = start(
                    "serve",
                    "-u",
                    upstream.uri().toString(),
                    "-p",
                    "0",
                    "--admin-port",
                    "0",
                    "--set",
                    "limits={}",
                    "--set",
                    "server.drain-delay=500ms",
                    "--set",
                    "logging.access=false");
            try (BufferedReader out = proxy.inputReader()) {
                URI uri = URI.create(
                        JsonMapper.shared().readTree(out.readLine()).get("uri").stringValue());
                Process minted = start("token", "--user", "alice");
                RawRequest call = RawRequest.post("/api/inference")
                        .header(
                                "Authorization",
                                "Bearer " + minted.inputReader().readLine())
                        .header("Content-Type", "application/json")
                        .body("{\"image\":\"of a cat\"}");
                AtomicInteger served = new AtomicInteger();
                List<CompletableFuture<Integer>> callers = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    callers.add(CompletableFuture.supplyAsync(() -> callUntilRefused(uri, call, served), task -> {
                        Thread thread = new Thread(task, "caller");
                        thread.setDaemon(true);
                        thread.start();
                    }));
                }
                await().until(() -> served.get() > 500);

                signal(proxy, "TERM");

                for (CompletableFuture<Integer> caller : callers) {
                    assertThat(caller.get(30, TimeUnit.SECONDS))
                            .as("calls that were lost")
                            .isZero();
                }
                assertThat(proxy.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(proxy.exitValue()).isZero();
            } finally {
                proxy.destroyForcibly();
            }
        }
    }

    /** Calls over kept connections, and anew when one was announced to end, until nobody listens; counts what was lost. */
    private static int callUntilRefused(URI uri, RawRequest call, AtomicInteger served) {
        while (true) {
            try (RawClient client = RawClient.connect(uri)) {
                boolean more = true;
                while (more) {
                    RawResponse answer = client.send(call).readResponse();
                    if (answer.status() != 200 || !answer.complete()) {
                        return 1;
                    }
                    served.incrementAndGet();
                    more = answer.header("Connection").isEmpty();
                }
            } catch (ConnectException closed) {
                return 0;
            } catch (IOException lost) {
                return 1;
            }
        }
    }

    @Test
    void aSecondSignalEndsADrainAtOnce() throws Exception {
        Process proxy = start(
                "serve", "-u", "http://127.0.0.1:9", "-p", "0", "--admin-port", "0", "--set", "server.drain-delay=1h");
        try (BufferedReader out = proxy.inputReader()) {
            URI uri = URI.create(
                    JsonMapper.shared().readTree(out.readLine()).get("uri").stringValue());
            signal(proxy, "TERM");
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest ready = HttpRequest.newBuilder(uri.resolve("/readyz")).build();
            await().until(() ->
                    client.send(ready, BodyHandlers.ofString()).body().contains("draining"));

            signal(proxy, "TERM");

            assertThat(proxy.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.exitValue()).isEqualTo(143);
        } finally {
            proxy.destroyForcibly();
        }
    }

    @Test
    void aTokenIsTheOnlyThingOnStandardOutput() throws Exception {
        Process token = start("token", "--user", "alice");

        assertThat(token.inputReader().lines()).singleElement().asString().matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
        assertThat(token.waitFor()).isZero();
        assertThat(directory.resolve("err.txt")).content().contains("made one").hasLineCount(1);
    }
}
