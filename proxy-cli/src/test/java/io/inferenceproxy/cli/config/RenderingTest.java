package io.inferenceproxy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RenderingTest {

    @TempDir
    Path directory;

    ConfigFixture config;

    @BeforeEach
    void open() {
        config = new ConfigFixture(directory);
    }

    @Test
    void text_has_every_setting_in_columns() {
        config.yaml("server:\n  port: 9090\n  host: \"a  b\"\nlimits: {}\nauth: { secret: 0123456789 }\n");
        assertThat(config.text()).isEqualTo("""
                        server.host                        "a \\u0020b"              inference-proxy.yaml:3:9
                        server.port                        9090                     inference-proxy.yaml:2:9
                        server.base-url                    (not set)                default
                        server.trusted-proxies             []                       default
                        server.max-head                    16KB                     default
                        server.drain-delay                 5s                       default
                        server.max-connections             20000                    default
                        server.http2                       false                    default
                        server.ratio                       0.5                      default
                        upstreams.default.urls             [http://127.0.0.1:8000]  default
                        upstreams.default.headers          {}                       default
                        upstreams.default.connect-timeout  2s                       default
                        upstreams.default.schema           ""                       default
                        routes.inference.match             POST /api/inference/**   default
                        routes.inference.to                ""                       default
                        routes.inference.upstream          default                  default
                        routes.inference.style             native                   default
                        routes.inference.roles             []                       default
                        routes.inference.max-body          1MB                      default
                        routes.inference.body              true                     default
                        auth.secret                        ***                      inference-proxy.yaml:5:17
                        auth.algorithms                    [HS256]                  default
                        auth.users-file                    users.yaml               default
                        auth.login-limit.per-address       20 per minute            default
                        auth.login-limit.per-user          10 per minute            default
                        auth.second                        (not set)                default
                        auth.keys                          {}                       default
                        auth.issuer                        inference-proxy          default
                        limits                             {}                       inference-proxy.yaml:4:9
                        logging.access                     true                     default
                        logging.level                      info                     default
                        """);
    }

    @Test
    void only_changed_leaves_out_what_is_as_by_default() {
        config.yaml("server: { port: 8080, host: h }\nlimits: { x: { windows: [1 per day] } }\n");
        assertThat(ConfigPrinter.of(config.load()).onlyChanged().text()).isEqualTo("""
                        server.host       h            inference-proxy.yaml:1:29
                        limits.x.windows  [1 per day]  inference-proxy.yaml:2:25
                        """);
        assertThat(ConfigPrinter.of(config.yaml("").load()).onlyChanged().yaml())
                .isEqualTo("{}\n");
    }

    @Test
    void yaml_names_the_origins_and_reads_back_as_the_same_configuration() {
        config.yaml("server: { host: 'yes: #no', port: 1 }\nroutes: { 'a b': { match: '* /x', to: '12' } }\n");
        SampleOptions options = config.options();
        String yaml = ConfigPrinter.of(config.load()).yaml();
        assertThat(yaml)
                .startsWith("""
                        server:
                          host: "yes: #no"  # inference-proxy.yaml:1:17
                          port: 1  # inference-proxy.yaml:1:35
                          base-url: null  # default
                        """)
                .contains("  a b:\n    match: \"* /x\"  # inference-proxy.yaml:2:27\n    to: \"12\"  #");
        assertThat(config.yaml(yaml.replace("users-file: users.yaml", "users-file: \"\""))
                        .load()
                        .problems())
                .isEmpty();
        assertThat(config.options().routes()).isEqualTo(options.routes());
        assertThat(config.options().server()).isEqualTo(options.server());
        assertThat(config.options().limits()).isEqualTo(options.limits());
    }

    @Test
    void json_has_key_value_and_origin_with_their_types() {
        config.set("server.port=1");
        JsonNode json =
                JsonMapper.shared().readTree(ConfigPrinter.of(config.load()).json());
        assertThat(json.get(1).toString()).isEqualTo("{\"key\":\"server.port\",\"value\":1,\"origin\":\"flag --set\"}");
        assertThat(json.get(3).get("value").isArray()).isTrue();
        assertThat(json.get(7).get("value").isBoolean()).isTrue();
    }

    @Test
    void the_schema_tells_types_defaults_choices_and_descriptions() {
        JsonNode schema = JsonMapper.shared().readTree(ConfigSchema.of(SampleOptions.class, "inference-proxy"));
        assertThat(schema.at("/$schema").asString()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.at("/additionalProperties").asBoolean()).isFalse();
        assertThat(schema.at("/properties/server/description").asString()).isEqualTo("Where callers connect.");
        assertThat(schema.at("/properties/server/properties/port").toString())
                .isEqualTo(
                        "{\"description\":\"The port; 0 is any free one.\",\"type\":[\"integer\",\"string\",\"null\"],"
                                + "\"pattern\":\"^[+-]?[0-9]+$|\\\\$\\\\{(env|file):\",\"default\":8080}");
        assertThat(schema.at("/properties/server/properties/max-head/default").asString())
                .isEqualTo("16KB");
        assertThat("16KB")
                .matches(schema.at("/properties/server/properties/max-head/pattern")
                        .asString());
        assertThat("250ms")
                .matches(schema.at("/properties/server/properties/drain-delay/pattern")
                        .asString());
        assertThat("5 parsecs")
                .doesNotMatch(schema.at("/properties/server/properties/drain-delay/pattern")
                        .asString());
        assertThat(schema.at("/properties/routes/additionalProperties/required").toString())
                .isEqualTo("[\"match\"]");
        assertThat(schema.at("/properties/routes/additionalProperties/properties/style/anyOf/0/enum")
                        .toString())
                .isEqualTo("[\"native\",\"openai\"]");
        assertThat(schema.at("/properties/auth/properties/login-limit/anyOf").size())
                .isEqualTo(2);
        assertThat(schema.at("/properties/limits/additionalProperties/properties/windows/items/type")
                        .toString())
                .contains("string");
    }

    @Test
    void the_reference_has_a_row_for_every_key() {
        String table = ConfigReference.of(SampleOptions.class);
        assertThat(table)
                .startsWith("| key | type | default | variable | description |\n|---|---|---|---|---|\n")
                .contains("| `server` | keys |  |  | Where callers connect. |\n")
                .contains(
                        "| `server.port` | whole number | `8080` | `INFERENCE_PROXY_SERVER_PORT` | The port; 0 is any free one. |\n")
                .contains(
                        "| `upstreams.<name>.headers` | names to text | `{}` | `INFERENCE_PROXY_UPSTREAMS_<NAME>_HEADERS_<NAME>` |  |\n")
                .contains("| `routes.<name>.match` | match | required | `INFERENCE_PROXY_ROUTES_<NAME>_MATCH` |  |\n")
                .contains(
                        "| `routes.<name>.style` | `native`, `openai` |  | `INFERENCE_PROXY_ROUTES_<NAME>_STYLE` |  |\n")
                .contains(
                        "| `auth.secret` | secret | `\"\"` | `INFERENCE_PROXY_AUTH_SECRET`, `INFERENCE_PROXY_AUTH_SECRET_FILE` | Signs our tokens. |\n")
                .contains("| `auth.login-limit` | text or keys |");
    }
}
