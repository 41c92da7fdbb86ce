package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.cli.demo.TriageServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class ServeCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    private CliFixture.Result once(String... more) {
        String[] args = new String[more.length + 6];
        System.arraycopy(new String[] {"serve", "--once", "--port", "0", "--admin-port", "0"}, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        return cli.run(args);
    }

    @Test
    void offATerminalItTellsInOneJsonLineThatItIsReady() {
        CliFixture.Result result = once("-u", "http://127.0.0.1:9");

        assertThat(result.code()).isZero();
        JsonNode line = JsonMapper.shared().readTree(result.out());
        assertThat(result.out()).hasLineCount(1);
        assertThat(line.get("event").stringValue()).isEqualTo("ready");
        assertThat(line.get("uri").stringValue()).matches("http://127\\.0\\.0\\.1:\\d+");
        assertThat(line.get("adminUri").stringValue()).matches("http://127\\.0\\.0\\.1:\\d+");
    }

    @Test
    void onATerminalItTellsWithACurlThatReadsTheSameConfiguration() {
        cli.terminals = new Terminals(true, true, true);

        CliFixture.Result result = once("-u", "http://127.0.0.1:9", "--state-dir", "my state");

        assertThat(result.out())
                .contains("is ready", "/docs", "/metrics")
                .contains("$(inference-proxy token --user alice --state-dir 'my state')\"")
                .contains("/api/inference\n");
    }

    @Test
    void withoutAnUpstreamItNamesKeyAndFlag() {
        CliFixture.Result result = cli.run("serve");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("upstreams.default.urls: not set", "--upstream URL");
        assertThat(cli.state()).doesNotExist();
    }

    @Test
    void aCallWithATokenOfTheTokenCommandReachesTheUpstreamUntilTheSignalDrains() throws Exception {
        try (TriageServer upstream = TriageServer.start()) {
            CliFixture.Serving serving = cli.serve(
                    "serve",
                    "-u",
                    upstream.uri().resolve("/predict").toString(),
                    "--port",
                    "0",
                    "--admin-port",
                    "0",
                    "--set",
                    "server.drain-delay=0s");
            await().until(() -> serving.out().contains("\n") || serving.isOver());
            URI uri = URI.create(JsonMapper.shared()
                    .readTree(serving.out().lines().findFirst().orElseThrow())
                    .get("uri")
                    .stringValue());
            String token = cli.run("token", "--user", "alice").out().strip();

            var answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(uri.resolve("/api/inference"))
                                    .header("Authorization", "Bearer " + token)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"symptoms\":[\"fever\"]}"))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(cli.run("serve", "-u", "http://a", "--port", "0", "--admin-port", "0")
                            .err())
                    .contains("in use by process");
            cli.signal.complete(null);
            assertThat(serving.code()).isZero();
            assertThat(serving.err()).contains("made one", "draining");
            assertThat(serving.out().lines().filter(line -> line.contains("\"event\":\"call\"")))
                    .singleElement()
                    .asString()
                    .contains("\"subject\":\"alice\"", "\"status\":200")
                    .doesNotContain(token);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(socket.getLocalPort());

            CliFixture.Result taken =
                    cli.run("serve", "--once", "-u", "http://127.0.0.1:9", "-p", port, "--admin-port", "0");
            assertThat(taken.code()).isEqualTo(4);
            assertThat(taken.out()).isEmpty();
            assertThat(taken.err()).contains("error: port: " + port + " is taken");
        }
    }

    @Test
    void anAdminPortThatWasChosenAndIsTakenIsNamed() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(socket.getLocalPort());

            CliFixture.Result result =
                    cli.run("serve", "--once", "-u", "http://127.0.0.1:9", "-p", "0", "--admin-port", port);

            assertThat(result.code()).isEqualTo(4);
            assertThat(result.err()).contains("admin.port: " + port);
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        CliFixture.Result result = once("-u", "http://127.0.0.1:9", "--host", "192.0.2.1");

        assertThat(result.code()).isEqualTo(4);
        assertThat(result.err()).contains("192.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1/"})
    void theVersionAtTheEndOfAnUpstreamOfOpenAiIsCutAndTold(String url) {
        CliFixture.Result result = once("-u", url, "--preset", "openai");

        assertThat(result.code()).isZero();
        assertThat(result.err()).contains("ends in /v1").contains("using http://127.0.0.1:9\n");
    }

    @Test
    void withoutThePresetThePathOfAnUpstreamIsItsOwn() {
        assertThat(once("-u", "http://127.0.0.1:9/v1").err()).doesNotContain("/v1");
    }

    @Test
    void aSchemaThatIsNoneIsAMistakeInTheConfiguration() {
        cli.file("bad.json", "{\"type\":\"nonsense\"}");

        CliFixture.Result result = once("-u", "http://127.0.0.1:9", "--schema", "bad.json");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("bad.json");
    }
}
