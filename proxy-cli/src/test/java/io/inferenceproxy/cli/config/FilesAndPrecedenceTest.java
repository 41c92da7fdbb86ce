package io.inferenceproxy.cli.config;

import static io.inferenceproxy.cli.config.ConfigFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Window;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesAndPrecedenceTest {

    @TempDir
    Path directory;

    ConfigFixture config;

    @BeforeEach
    void open() {
        config = new ConfigFixture(directory);
    }

    @Test
    void nothing_at_all_is_the_default() {
        assertThat(config.options()).isEqualTo(SampleOptions.DEFAULT);
        assertThat(config.load().problems()).isEmpty();
    }

    @Test
    void an_empty_file_and_one_of_comments_are_the_default() {
        assertThat(config.yaml("").options()).isEqualTo(SampleOptions.DEFAULT);
        assertThat(config.yaml("# nothing\n").options()).isEqualTo(SampleOptions.DEFAULT);
        assertThat(config.yaml("---\n").options()).isEqualTo(SampleOptions.DEFAULT);
    }

    @Test
    void a_file_binds_every_kind_of_value() {
        SampleOptions options = config.yaml("""
                        server:
                          host: 0.0.0.0
                          port: 9090
                          base-url: https://api.example
                          trusted-proxies: [10.0.0.0/8, "fd00::/8"]
                          max-head: 64KB
                          drain-delay: 250ms
                          max-connections: 5
                          http2: true
                          ratio: 0.25
                        upstreams:
                          gpu:
                            urls:
                              - http://a:1
                              - http://b:2
                            headers: { X-One: "1" }
                            schema: schemas/in.json
                        routes:
                          predict: { match: "POST /p/**", upstream: gpu, style: openai, roles: [a, b], max-body: 8MB }
                        auth: { algorithms: [hs256, ES256], users-file: people.yaml, login-limit: 5 per minute }
                        limits: {}
                        """).options();
        assertThat(options.server())
                .isEqualTo(new SampleOptions.Server(
                        "0.0.0.0",
                        9090,
                        Optional.of(URI.create("https://api.example")),
                        options.server().trustedProxies(),
                        DataSize.ofKilobytes(64),
                        Duration.ofMillis(250),
                        5,
                        true,
                        0.25));
        assertThat(options.server().trustedProxies()).hasSize(2);
        assertThat(options.upstreams()).containsOnlyKeys("gpu");
        assertThat(entry(options.upstreams(), "gpu").urls())
                .containsExactly(URI.create("http://a:1"), URI.create("http://b:2"));
        assertThat(entry(options.upstreams(), "gpu").connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(entry(options.upstreams(), "gpu").schema()).isEqualTo(directory.resolve("schemas/in.json"));
        assertThat(options.routes()).containsOnlyKeys("predict");
        assertThat(entry(options.routes(), "predict").roles()).containsExactly("a", "b");
        assertThat(entry(options.routes(), "predict").style()).isEqualTo(SampleOptions.Style.OPENAI);
        assertThat(options.auth().algorithms())
                .containsExactly(SampleOptions.Algorithm.HS256, SampleOptions.Algorithm.ES256);
        assertThat(options.auth().usersFile()).isEqualTo(directory.resolve("people.yaml"));
        assertThat(options.auth().loginLimit().perUser()).isEqualTo(Window.parse("5 per minute"));
        assertThat(options.limits()).isEmpty();
    }

    @Test
    void a_flag_beats_a_variable_beats_the_profile_beats_the_file() {
        config.yaml("server: { port: 1, host: file, max-connections: 1, drain-delay: 1s }\n")
                .file("inference-proxy-prod.yaml", "server: { port: 2, host: profile, drain-delay: 2s }\n")
                .env("INFERENCE_PROXY_SERVER_PORT", "3")
                .env("INFERENCE_PROXY_SERVER_HOST", "variable");
        config.sources = config.sources.withProfile("prod").withFlag("--port", "server.port", "4");
        SampleOptions.Server server = config.options().server();
        assertThat(server.port()).isEqualTo(4);
        assertThat(server.host()).isEqualTo("variable");
        assertThat(server.drainDelay()).isEqualTo(Duration.ofSeconds(2));
        assertThat(server.maxConnections()).isEqualTo(1);
        assertThat(config.row("server.port")).matches("server\\.port +4 +flag --port");
        assertThat(config.row("server.host")).endsWith("  env INFERENCE_PROXY_SERVER_HOST");
        assertThat(config.row("server.drain-delay")).endsWith("  inference-proxy-prod.yaml:1:48");
        assertThat(config.row("server.max-connections")).endsWith("  inference-proxy.yaml:1:49");
        assertThat(config.row("server.ratio")).endsWith("  default");
        assertThat(ConfigWhy.of(config.load()).explain("server.port")).hasValue("""
                        server.port  4  flag --port
                          over  3  env INFERENCE_PROXY_SERVER_PORT
                          over  2  inference-proxy-prod.yaml:1:17
                          over  1  inference-proxy.yaml:1:17
                          over  8080  default
                        """);
    }

    @Test
    void why_knows_whole_sections_and_tells_the_nearest_of_an_unknown_key() {
        ConfigWhy why = ConfigWhy.of(config.load());
        assertThat(why.explain("logging").orElseThrow()).hasLineCount(2);
        assertThat(why.explain("server.prot")).isEmpty();
        assertThat(why.unknown("server.prot")).isEqualTo("server.prot: unknown key (did you mean \"server.port\"?)");
    }

    @Test
    void a_profile_lays_maps_over_by_entry_replaces_lists_and_empties_with_braces() {
        config.yaml("""
                        upstreams: { default: { urls: ["http://a:1"], connect-timeout: 9s }, second: { urls: ["http://b:1"] } }
                        limits: { a: { windows: [1 per day] } }
                        """)
                .file(
                        "inference-proxy-x.yaml",
                        "upstreams: { default: { urls: [\"http://c:1\", \"http://d:1\"] } }\nlimits: {}\n");
        config.sources = config.sources.withProfile("x");
        SampleOptions options = config.options();
        assertThat(options.upstreams()).containsOnlyKeys("default", "second");
        assertThat(entry(options.upstreams(), "default").urls()).hasSize(2);
        assertThat(entry(options.upstreams(), "default").connectTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(options.limits()).isEmpty();
    }

    @Test
    void a_flag_or_variable_that_reaches_into_a_default_entry_changes_it_and_no_other_key() {
        config.set("routes.inference.to=/predict")
                .env("INFERENCE_PROXY_UPSTREAMS_DEFAULT_URLS", "http://a:1,http://b:2");
        SampleOptions options = config.options();
        assertThat(entry(options.routes(), "inference").to()).isEqualTo("/predict");
        assertThat(entry(options.routes(), "inference").match().path()).isEqualTo("/api/inference/**");
        assertThat(entry(options.upstreams(), "default").urls()).hasSize(2);
        assertThat(options.limits()).isEqualTo(SampleOptions.DEFAULT.limits());
    }

    @Test
    void a_key_without_a_value_counts_as_not_given() {
        assertThat(config.yaml("server:\n  port:\nlimits: null\n").options()).isEqualTo(SampleOptions.DEFAULT);
    }

    @Test
    void an_empty_text_for_a_key_that_may_be_absent_means_absent() {
        config.yaml("server: { base-url: \"\" }\nauth: { second: '' }\n");
        assertThat(config.options()).isEqualTo(SampleOptions.DEFAULT);
    }

    @Test
    void a_named_file_that_is_missing_is_an_error_and_the_default_one_is_not() {
        config.sources = config.sources.withFile(Path.of("other.yaml"));
        assertThat(config.lines()).isEqualTo("other.yaml: no such file (named by --config)\n");
        assertThat(config.load().options()).isEmpty();
        assertThat(config.load().settings()).isNotEmpty();
    }

    @Test
    void a_variable_names_the_file_and_the_profile() {
        config.file("conf/my.yaml", "server: { port: 7 }").file("conf/my-prod.yaml", "server: { host: h }");
        config.env("INFERENCE_PROXY_CONFIG", "conf/my.yaml").env("INFERENCE_PROXY_PROFILE", "prod");
        assertThat(config.options().server().port()).isEqualTo(7);
        assertThat(config.row("server.host")).endsWith("  conf/my-prod.yaml:1:17");
        assertThat(config.load().file()).hasValue(directory.resolve("conf/my.yaml"));
        assertThat(config.load().files()).hasSize(2);
    }

    @Test
    void a_profile_without_its_file_or_with_a_path_in_its_name_is_an_error() {
        config.sources = config.sources.withProfile("prod");
        assertThat(config.lines()).isEqualTo("inference-proxy-prod.yaml: no such file (named by profile prod)\n");
        config.sources = config.sources.withProfile("../x");
        assertThat(config.lines()).isEqualTo("profile: ../x (expected: letters, digits, -, _ and .)\n");
    }

    @Test
    void a_directory_or_more_than_a_megabyte_in_place_of_the_file_is_an_error() throws Exception {
        Files.createDirectory(directory.resolve("d"));
        config.sources = config.sources.withFile(Path.of("d"));
        assertThat(config.lines()).isEqualTo("d: is a directory (expected: a file)\n");
        config.file("big.yaml", "#".repeat((1 << 20) + 1));
        config.sources = config.sources.withFile(Path.of("big.yaml"));
        assertThat(config.lines()).isEqualTo("big.yaml: more than 1024KB (expected: less)\n");
    }

    @Test
    void relative_paths_belong_to_the_file_that_names_them_and_those_of_flags_to_the_working_directory() {
        config.file(
                "conf/my.yaml", "auth: { users-file: u.yaml }\nupstreams: { a: { schema: /abs/s.json }, default: {} }");
        config.sources = config.sources.withFile(Path.of("conf/my.yaml"));
        assertThat(config.options().auth().usersFile()).isEqualTo(directory.resolve("conf/u.yaml"));
        assertThat(entry(config.options().upstreams(), "a").schema()).isEqualTo(Path.of("/abs/s.json"));
        config.sources = config.sources.withFlag("--users", "auth.users-file", "v.yaml");
        assertThat(config.options().auth().usersFile()).isEqualTo(directory.resolve("v.yaml"));
    }

    @Test
    void a_repeated_flag_is_the_list_and_commas_in_it_stay() {
        config.sources =
                config.sources.withFlag("--limit", "limits.per-user.windows", List.of("5 per hour", "9 per day"));
        assertThat(entry(config.options().limits(), "per-user").windows()).hasSize(2);
        assertThat(config.row("limits.per-user.windows")).matches(".*\\[5 per hour, 9 per day] +flag --limit");
    }

    @Test
    void set_takes_lists_maps_and_texts_as_they_stand() {
        config.set("limits.per-user.windows=[\"5 per hour\", 9 per day]")
                .set("upstreams={a: {urls: ['http://x:1']}, default: {}}")
                .set("routes.inference.match=* /raw/**: #x")
                .set("server.trusted-proxies=10.0.0.0/8, ::1");
        SampleOptions options = config.options();
        assertThat(entry(options.limits(), "per-user").windows()).hasSize(2);
        assertThat(options.upstreams()).containsOnlyKeys("a", "default");
        assertThat(entry(options.routes(), "inference").match().path()).isEqualTo("/raw/**: #x");
        assertThat(options.server().trustedProxies()).hasSize(2);
    }

    @Test
    void malformed_sets_are_told() {
        config.set("server.port")
                .set("=x")
                .set("a..b=1")
                .set("servr.port=1")
                .set("limits.x.windows=[1 per day")
                .set("server=5");
        assertThat(config.lines()).isEqualTo("""
                        flag --set: server.port: no value (expected: KEY=VALUE)
                        flag --set: key: empty name (expected: names joined by dots)
                        flag --set: not YAML: expected ',' or ']', but got stream end
                        flag --set: servr: unknown key (did you mean "server"?)
                        flag --set: server: (expected: keys with values, found a text)
                        """);
    }
}
