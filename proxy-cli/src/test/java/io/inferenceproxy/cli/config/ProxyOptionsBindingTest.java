package io.inferenceproxy.cli.config;

import static io.inferenceproxy.cli.config.ConfigFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyOptionsBindingTest {

    private static final ConfigLoader<ProxyOptions> LOADER = ConfigLoader.of(ProxyOptions.class);

    @TempDir
    Path directory;

    private LoadedConfig<ProxyOptions> load(String yaml) throws IOException {
        Files.writeString(directory.resolve("inference-proxy.yaml"), yaml);
        return LOADER.load(ConfigSources.NONE
                .withWorkingDirectory(directory)
                .withAlias("JWT_SECRET_KEY", "auth.secret")
                .withVariable("MODEL_KEY", "sk-model-1234"));
    }

    @Test
    void the_printed_defaults_read_back_as_the_defaults() throws IOException {
        LoadedConfig<ProxyOptions> defaults = load("");
        assertThat(defaults.options()).hasValue(ProxyOptions.DEFAULT);
        LoadedConfig<ProxyOptions> again = load(ConfigPrinter.of(defaults).yaml());
        assertThat(again.problems()).isEmpty();
        assertThat(again.options()).hasValue(ProxyOptions.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"50 per hour; 200 per day\"]", "50 per hour; 200/1d", "[50 per hour, 200 per day]"})
    void windows_joined_by_semicolons_are_several(String windows) throws IOException {
        LoadedConfig<ProxyOptions> config = load("limits: { per-user: { windows: " + windows + " } }");
        assertThat(config.problems()).isEmpty();
        assertThat(entry(config.options().orElseThrow().limits(), "per-user").windows())
                .containsExactly(Window.parse("50 per hour"), Window.parse("200 per day"));
    }

    @Test
    void a_wrong_one_among_joined_windows_is_told_by_itself() throws IOException {
        LoadedConfig<ProxyOptions> config = load("limits: { per-user: { windows: [50 per hour; 2 per moon] } }");
        assertThat(config.problems()).singleElement().asString().contains("limits.per-user.windows[1]: 2 per moon");
    }

    @Test
    void a_whole_file_binds() throws IOException {
        LoadedConfig<ProxyOptions> config = load("""
                server:
                  host: 127.0.0.1
                  base-url: ""
                  trusted-proxies: []
                  max-head: 16KB
                  cors: { origins: [], max-age: 10m }
                admin: { host: 127.0.0.1, port: 9901, open: [metrics, livez, readyz] }
                upstreams:
                  default:
                    urls: ["http://127.0.0.1:8000"]
                    headers: { Authorization: "Bearer ${env:MODEL_KEY}" }
                    max-in-flight: 256
                routes:
                  inference: { match: "POST /api/inference/**", to: /predict, upstream: default, schema: schemas/inference.json, style: native }
                  embeddings: { match: "POST /api/embeddings", to: "", roles: [researcher], limits: [per-user], max-body: 8MB, first-byte-timeout: 5m }
                  patients: { match: "GET,PUT,DELETE /api/patients/**", limits: [] }
                  status: { match: "GET,HEAD /status", to: /health, auth: none }
                  passthrough: { match: "* /raw/**", body: any }
                auth:
                  secret: 0123456789abcdef0123456789abcdef
                  algorithms: [HS256]
                  users-file: users.yaml
                  failure-limit: off
                  login-limit: { per-address: 20 per minute, per-user: 10 per minute }
                limits:
                  per-user: { key: user, windows: ["50 per hour", "200 per day"] }
                validation: { max-body: 1MB, max-depth: 64 }
                docs: { enabled: true }
                logging: { format: auto, level: info, access: true }
                """);
        assertThat(config.problems()).isEmpty();
        ProxyOptions options = config.options().orElseThrow();
        assertThat(entry(options.upstreams(), "default").urls()).containsExactly(URI.create("http://127.0.0.1:8000"));
        assertThat(entry(entry(options.upstreams(), "default").headers(), "Authorization")
                        .reveal())
                .isEqualTo("Bearer sk-model-1234");
        assertThat(options.routes().keySet())
                .containsExactly("inference", "embeddings", "patients", "status", "passthrough");
        assertThat(entry(options.routes(), "inference").schema()).hasValue(directory.resolve("schemas/inference.json"));
        assertThat(entry(options.routes(), "embeddings").to()).hasValue("");
        assertThat(entry(options.routes(), "patients").to()).isEmpty();
        assertThat(entry(options.routes(), "patients").limits()).isEqualTo(Optional.of(List.of()));
        assertThat(entry(options.routes(), "status").limits()).isEmpty();
        assertThat(ConfigPrinter.of(config).text())
                .contains("  [HS256]  ")
                .doesNotContain("sk-model-1234")
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void the_schema_and_the_reference_describe_every_key() {
        assertThat(ConfigSchema.of(ProxyOptions.class, "inference-proxy")).contains("\"max-in-flight\"");
        assertThat(ConfigReference.of(ProxyOptions.class))
                .contains("`INFERENCE_PROXY_AUTH_SECRET_FILE`")
                .doesNotContain("|  |\n");
    }
}
