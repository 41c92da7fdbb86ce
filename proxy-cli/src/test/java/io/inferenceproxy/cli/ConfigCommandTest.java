package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigLoader;
import io.inferenceproxy.cli.config.ConfigSources;
import io.inferenceproxy.cli.config.LoadedConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    @Test
    void everySettingHasItsValueAndOrigin() {
        cli.file("inference-proxy.yaml", "server:\n  drain-delay: 1s\nupstreams:\n  default:\n    urls: [http://a]\n");
        cli.environment.put("INFERENCE_PROXY_SERVER_HOST", "0.0.0.0");

        CliFixture.Result result = cli.run("config", "--port", "9090", "--limit", "5 per minute;9 per hour");

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .containsPattern("(?m)^server\\.host {2,}0\\.0\\.0\\.0 {2,}env INFERENCE_PROXY_SERVER_HOST$")
                .containsPattern("(?m)^server\\.port {2,}9090 {2,}flag --port$")
                .containsPattern("(?m)^server\\.drain-delay {2,}1s {2,}inference-proxy\\.yaml:2:16$")
                .containsPattern("(?m)^server\\.drain-timeout {2,}30s {2,}default$")
                .containsPattern("(?m)^limits\\.per-user\\.windows {2,}\\[5 per minute, 9 per hour] {2,}flag --limit$");
    }

    @Test
    void callsAtOnceAmongWindowsAreShownWhereTheyBelong() {
        cli.file("inference-proxy.yaml", "limits:\n  models:\n    windows: [9 per hour, 4 at once]\n");

        CliFixture.Result result = cli.run("config", "-u", "http://a");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .containsPattern("(?m)^limits\\.models\\.windows {2,}\\[9 per hour] {2,}inference-proxy\\.yaml:3:14$")
                .containsPattern("(?m)^limits\\.models\\.at-once {2,}4 {2,}inference-proxy\\.yaml:3:27$");
        cli.file("inference-proxy.yaml", cli.run("config", "--format", "yaml").out());
        assertThat(cli.run("config", "-u", "http://a").out())
                .containsPattern("(?m)^limits\\.models\\.at-once {2,}4 {2,}inference-proxy\\.yaml:");
    }

    @Test
    void callsAtOnceMayBeLimitedByTheFlagAndByTheVariable() {
        assertThat(cli.run("config", "-u", "http://a", "--limit", "9 per hour; 4 at once")
                        .out())
                .containsPattern("(?m)^limits\\.per-user\\.windows {2,}\\[9 per hour] {2,}flag --limit$")
                .containsPattern("(?m)^limits\\.per-user\\.at-once {2,}4 {2,}flag --limit$");
        cli.environment.put("INFERENCE_PROXY_LIMITS_PER_USER_WINDOWS", "9 per hour, 5 at once");
        assertThat(cli.run("config", "-u", "http://a").out())
                .containsPattern(
                        "(?m)^limits\\.per-user\\.at-once {2,}5 {2,}env INFERENCE_PROXY_LIMITS_PER_USER_WINDOWS$");
    }

    @Test
    void aMissingUpstreamIsToldAndNoFailure() {
        CliFixture.Result result = cli.run("config");

        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("server.port");
        assertThat(result.err()).contains("upstreams.default.urls", "--upstream");
    }

    @Test
    void onlyWhatIsNotAsByDefaultIsShownOnRequest() {
        assertThat(cli.run("config", "--only-changed", "-u", "http://a").out())
                .isEqualTo("upstreams.default.urls  [http://a]  flag --upstream\n");
    }

    @Test
    void theSecretIsMasked() {
        cli.environment.put("JWT_SECRET_KEY", "a secret of at least thirty-two bytes");

        CliFixture.Result result = cli.run("config", "--format", "json");

        assertThat(result.out()).contains("env JWT_SECRET_KEY").doesNotContain("thirty-two");
    }

    @Test
    void yamlThatWasShownReadsBackAsTheSame() {
        String yaml = cli.run("config", "--format", "yaml", "--port", "9090", "-u", "http://a")
                .out();
        cli.file("inference-proxy.yaml", yaml);

        assertThat(cli.run("config", "--only-changed").out())
                .containsPattern("server\\.port +9090 +inference-proxy\\.yaml:")
                .containsPattern("upstreams\\.default\\.urls +\\[http://a] +inference-proxy\\.yaml:")
                .doesNotContain("drain-delay");
    }

    @Test
    void allMistakesAreToldAtOnceWithTheirPlaces() {
        cli.file("inference-proxy.yaml", "server:\n  prot: 1\n  host: a\n");

        CliFixture.Result result = cli.run("config", "--port", "70000");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains("inference-proxy.yaml:2:3: server.prot: unknown key (did you mean \"port\"?)")
                .contains("  prot: 1\n    ^")
                .contains("flag --port: server.port: 70000 (expected: 0 to 65535)")
                .contains("error: 2 mistakes in the configuration");
    }

    @Test
    void aFileThatWasNamedAndIsNotThereIsAMistake() {
        CliFixture.Result result = cli.run("config", "--config", "nowhere.yaml");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("nowhere.yaml");
    }

    @Test
    void aKeyIsExplainedWithWhatItPrevailedOver() {
        cli.file("inference-proxy.yaml", "server:\n  port: 8081\n");

        CliFixture.Result result = cli.run("config", "why", "server.port", "--set", "server.port=8082");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("""
                        server.port  8082  flag --set
                          over  8081  inference-proxy.yaml:2:9
                          over  8080  default
                        """);
    }

    @Test
    void anUnknownKeyCannotBeExplained() {
        CliFixture.Result result = cli.run("config", "why", "server.prot");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("server.prot: unknown key (did you mean \"server.port\"?)");
    }

    @Test
    void theSchemaIsPrinted() {
        assertThat(cli.run("config", "schema").out())
                .contains("https://json-schema.org/draft/2020-12/schema", "\"drain-timeout\"");
    }

    @Test
    void aFileToBeginWithIsWrittenWithItsSchemaBesideIt() throws Exception {
        CliFixture.Result result = cli.run("config", "init", "-u", "http://127.0.0.1:9000/predict");

        assertThat(result.code()).isZero();
        String text = Files.readString(directory.resolve("inference-proxy.yaml"));
        assertThat(text)
                .startsWith("# yaml-language-server: $schema=inference-proxy.schema.json\n")
                .contains("    urls: [http://127.0.0.1:9000/predict]\n", "  # Port to listen on", "  #port: 8080\n");
        assertThat(directory.resolve("inference-proxy.schema.json")).content().contains("\"drain-timeout\"");
        assertThat(cli.run("config", "--only-changed").out())
                .matches(
                        "upstreams\\.default\\.urls {2}\\[http://127\\.0\\.0\\.1:9000/predict] {2}inference-proxy.*\n");
    }

    @Test
    void aFileToBeginWithHasTheDefaultsBehindItsMarks() throws Exception {
        cli.run("config", "init");
        Path file = directory.resolve("inference-proxy.yaml");
        Files.writeString(file, Files.readString(file).replaceAll("(?m)^( *)#(?! )", "$1"));

        LoadedConfig<ProxyOptions> loaded =
                ConfigLoader.of(ProxyOptions.class).load(ConfigSources.NONE.withWorkingDirectory(directory));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.options().orElseThrow().withUpstreams(ProxyOptions.DEFAULT.upstreams()))
                .isEqualTo(ProxyOptions.DEFAULT);
    }

    @Test
    void whatIsThereIsNotOverwrittenUnlessForced() {
        cli.file("inference-proxy.yaml", "server: {}\n");

        CliFixture.Result refused = cli.run("config", "init");
        CliFixture.Result forced = cli.run("config", "init", "--force");

        assertThat(refused.code()).isEqualTo(4);
        assertThat(refused.err()).contains("is there already");
        assertThat(forced.code()).isZero();
    }
}
