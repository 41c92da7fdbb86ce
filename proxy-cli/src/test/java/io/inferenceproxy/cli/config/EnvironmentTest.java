package io.inferenceproxy.cli.config;

import static io.inferenceproxy.cli.config.ConfigFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

    @TempDir
    Path directory;

    ConfigFixture config;

    @BeforeEach
    void open() {
        config = new ConfigFixture(directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER_PORT|81|server.port",
                "SERVER_MAX_CONNECTIONS|81|server.max-connections",
                "UPSTREAMS_DEFAULT_CONNECT_TIMEOUT|81s|upstreams.default.connect-timeout",
                "UPSTREAMS_MY_POOL_CONNECT_TIMEOUT|81s|upstreams.my-pool.connect-timeout",
                "UPSTREAMS_DEFAULT_HEADERS_X_MODEL|81|upstreams.default.headers.x-model",
                "ROUTES_INFERENCE_MAX_BODY|81KB|routes.inference.max-body",
                "ROUTES_INFERENCE_BODY|false|routes.inference.body",
                "ROUTES_NEW_ONE_MATCH|GET /81|routes.new-one.match",
                "LIMITS_PER_USER_WINDOWS|81 per hour, 82 per day|limits.per-user.windows",
                "AUTH_LOGIN_LIMIT|81 per hour|auth.login-limit",
                "AUTH_LOGIN_LIMIT_PER_USER|81 per hour|auth.login-limit.per-user",
                "LIMITS|{a: {windows: [81 per hour]}}|limits.a.windows",
                "AUTH_KEYS_SOME_ONE|81|auth.keys.some-one",
            })
    void a_variable_is_the_twin_of_its_key(String name, String value, String key) {
        config.env("INFERENCE_PROXY_" + name, value);
        assertThat(config.load().problems()).isEmpty();
        assertThat(config.row(key)).endsWith("  env INFERENCE_PROXY_" + name).containsPattern("81|false|\\*{3}");
    }

    @Test
    void names_in_the_file_win_over_new_ones() {
        config.yaml("upstreams: { default: {}, My_Pool: { headers: { X-Model: a } } }")
                .env("INFERENCE_PROXY_UPSTREAMS_MY_POOL_URLS", "http://x:1")
                .env("INFERENCE_PROXY_UPSTREAMS_MY_POOL_HEADERS_X_MODEL", "b");
        SampleOptions options = config.options();
        assertThat(options.upstreams()).containsOnlyKeys("default", "My_Pool");
        assertThat(entry(options.upstreams(), "My_Pool").urls()).containsExactly(URI.create("http://x:1"));
        assertThat(entry(options.upstreams(), "My_Pool").headers()).hasSize(1).containsEntry("X-Model", "b");
    }

    @Test
    void an_empty_list_is_empty_and_a_flow_list_is_one() {
        config.env("INFERENCE_PROXY_UPSTREAMS_DEFAULT_URLS", "")
                .env("INFERENCE_PROXY_ROUTES_INFERENCE_ROLES", "[\"a,b\", c]");
        assertThat(entry(config.options().upstreams(), "default").urls()).isEmpty();
        assertThat(entry(config.options().routes(), "inference").roles()).containsExactly("a,b", "c");
    }

    @Test
    void unknown_variables_are_warnings_with_the_nearest_name_and_errors_when_strict() {
        config.env("INFERENCE_PROXY_SERVER_PROT", "1")
                .env("INFERENCE_PROXY_HOST", "x")
                .env("INFERENCE_PROXY_ZZZ", "x");
        assertThat(config.load().isValid()).isTrue();
        assertThat(config.lines()).isEqualTo("""
                        env INFERENCE_PROXY_HOST: warning: unknown variable (did you mean "INFERENCE_PROXY_SERVER_HOST"?)
                        env INFERENCE_PROXY_SERVER_PROT: warning: unknown variable (did you mean "INFERENCE_PROXY_SERVER_PORT"?)
                        env INFERENCE_PROXY_ZZZ: warning: unknown variable
                        """);
        config.sources = config.sources.withStrict(true);
        assertThat(config.load().isValid()).isFalse();
        assertThat(config.load().problems()).hasSize(3).allMatch(ConfigProblem::isError);
    }

    @Test
    void what_kubernetes_injects_is_left_alone_and_our_own_names_are_not() {
        config.env("INFERENCE_PROXY_SERVICE_HOST", "10.0.0.1")
                .env("INFERENCE_PROXY_SERVICE_PORT", "8080")
                .env("INFERENCE_PROXY_SERVICE_PORT_HTTP", "8080")
                .env("INFERENCE_PROXY_PORT", "tcp://10.0.0.1:8080")
                .env("INFERENCE_PROXY_PORT_8080_TCP", "tcp://10.0.0.1:8080")
                .env("INFERENCE_PROXY_PORT_8080_TCP_ADDR", "10.0.0.1")
                .env("INFERENCE_PROXY_PORT_8080_TCP_PROTO", "tcp")
                .env("INFERENCE_PROXY_SERVER_SERVICE_HOST", "10.0.0.1")
                .env("INFERENCE_PROXY_SERVER_PORT", "8081");
        config.sources = config.sources.withStrict(true);
        assertThat(config.options().server().port()).isEqualTo(8081);
        config.env("INFERENCE_PROXY_SERVER_PORT", "tcp://10.0.0.9:9901");
        assertThat(config.options().server().port()).isEqualTo(8080);
    }

    @Test
    void other_variables_of_the_caller_are_known() {
        config.env("INFERENCE_PROXY_STATE_DIR", "/x");
        config.sources = config.sources.withOtherVariables(Set.of("INFERENCE_PROXY_STATE_DIR"));
        assertThat(config.load().problems()).isEmpty();
    }

    @Test
    void a_secret_may_stand_in_a_file_less_one_line_end() {
        config.file("s.txt", "0123456789\n\n").env("INFERENCE_PROXY_AUTH_SECRET_FILE", "s.txt");
        assertThat(config.options().auth().secret().reveal()).isEqualTo("0123456789\n");
        assertThat(config.row("auth.secret")).matches("auth\\.secret +\\*\\*\\* +env INFERENCE_PROXY_AUTH_SECRET_FILE");
    }

    @Test
    void a_secret_file_that_is_missing_is_told() {
        config.env("INFERENCE_PROXY_AUTH_SECRET_FILE", "nope");
        assertThat(config.lines()).isEqualTo("env INFERENCE_PROXY_AUTH_SECRET_FILE: nope: no such file\n");
    }

    @Test
    void an_alias_gives_the_key_and_the_same_value_twice_is_no_error() {
        config.env("JWT_SECRET_KEY", "0123456789");
        assertThat(config.options().auth().secret().reveal()).isEqualTo("0123456789");
        assertThat(config.row("auth.secret")).endsWith("  env JWT_SECRET_KEY");
        config.env("INFERENCE_PROXY_AUTH_SECRET", "0123456789").yaml("auth: { secret: \"${env:JWT_SECRET_KEY}\" }");
        assertThat(config.load().problems()).isEmpty();
    }

    @Test
    void an_alias_and_another_source_that_differ_are_an_error_without_their_values() {
        config.env("JWT_SECRET_KEY", "0123456789").env("INFERENCE_PROXY_AUTH_SECRET", "abcdefghij");
        assertThat(config.lines())
                .isEqualTo("auth.secret: given by JWT_SECRET_KEY, INFERENCE_PROXY_AUTH_SECRET with different values"
                        + " (expected: one of them)\n");
        ConfigFixture other = new ConfigFixture(directory);
        other.yaml("auth: { secret: in-the-file }").env("JWT_SECRET_KEY", "0123456789");
        assertThat(other.lines())
                .isEqualTo("auth.secret: given by JWT_SECRET_KEY, inference-proxy.yaml:1:17 with different values"
                        + " (expected: one of them)\n");
    }

    @Test
    void variables_are_taken_as_they_stand_and_empty_secrets_are_not_set() {
        config.env("JWT_SECRET_KEY", "${env:HOME} 123").env("INFERENCE_PROXY_AUTH_SECRET", "");
        assertThat(config.options().auth().secret().reveal()).isEqualTo("${env:HOME} 123");
    }

    @Test
    void references_are_filled_in_and_an_escaped_one_is_not() {
        config.yaml("""
                        server: { host: "${env:H}", port: "${env:P:-99}", drain-delay: "${env:EMPTY:-7s}" }
                        auth: { issuer: "a$${env:X}-$5-${env:NAME}$" }
                        logging: { level: "${file:level.txt}" }
                        """)
                .file("level.txt", "debug\r\n")
                .env("H", "::1")
                .env("EMPTY", "")
                .env("NAME", "${env:H}");
        SampleOptions options = config.options();
        assertThat(options.server().host()).isEqualTo("::1");
        assertThat(options.server().port()).isEqualTo(99);
        assertThat(options.server().drainDelay()).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.auth().issuer()).isEqualTo("a${env:X}-$5-${env:H}$");
        assertThat(options.logging().level()).isEqualTo("debug");
    }

    @Test
    void a_dot_env_file_fills_in_what_is_not_set_and_only_our_names() {
        config.file(".env", """
                        # comment
                        export JWT_SECRET_KEY="01234\\n\\"567"  # that one
                        INFERENCE_PROXY_SERVER_HOST = 'a # b'
                        INFERENCE_PROXY_SERVER_PORT=81 # no
                        INFERENCE_PROXY_LOGGING_LEVEL=warn#1
                        OTHER=5
                        broken
                        """)
                .env("INFERENCE_PROXY_SERVER_PORT", "82")
                .yaml("auth: { issuer: \"${env:OTHER:-none}\" }");
        SampleOptions options = config.options();
        assertThat(options.auth().secret().reveal()).isEqualTo("01234\n\"567");
        assertThat(options.server().host()).isEqualTo("a # b");
        assertThat(options.server().port()).isEqualTo(82);
        assertThat(options.logging().level()).isEqualTo("warn#1");
        assertThat(options.auth().issuer()).isEqualTo("none");
        assertThat(config.row("server.host")).endsWith("  env INFERENCE_PROXY_SERVER_HOST (.env:3)");
        assertThat(config.row("server.port")).endsWith("  env INFERENCE_PROXY_SERVER_PORT");
    }

    @Test
    void an_open_quote_in_dot_env_is_told_without_its_content() {
        config.file(".env", "JWT_SECRET_KEY=\"hunter2hunter2\n");
        assertThat(config.problems())
                .startsWith(".env:1:1: JWT_SECRET_KEY: open quote (expected: one line, quotes closed)\n")
                .doesNotContain("hunter2");
    }
}
