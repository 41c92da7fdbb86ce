package io.inferenceproxy.cli.config;

import static io.inferenceproxy.cli.config.ConfigFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final String SECRET = "hunter2-Hunter2";

    @TempDir
    Path directory;

    ConfigFixture config;

    @BeforeEach
    void open() {
        config = new ConfigFixture(directory);
    }

    /** Everything that can be shown of a configuration. */
    private String everything() {
        LoadedConfig<SampleOptions> loaded = config.load();
        StringBuilder all = new StringBuilder(config.problems());
        ConfigPrinter printer = ConfigPrinter.of(loaded);
        all.append(printer.text()).append(printer.yaml()).append(printer.json());
        for (EffectiveSetting setting : loaded.settings()) {
            all.append(setting);
            all.append(ConfigWhy.of(loaded).explain(setting.key().toString()));
        }
        return all.append(loaded).append(config.sources).toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth: { secret: SECRET }",
                "auth: { second: SECRET, keys: { a: SECRET } }",
                "auth: { secret: \"${env:VALUE}\" }",
                "auth: { secret: \"${file:value.txt}\" }",
                "auth: { secret: SECRET, issuer: SECRET }",
                "auth: { issuer: '${env:VALUE}' }",
                "auth: { issuer: '${file:value.txt}' }",
                "auth: { users-file: '/x/${env:VALUE}' }",
                "upstreams: { default: { headers: { Authorization: Bearer SECRET } } }",
                "upstreams: { default: { headers: { X-Api-Key: SECRET } } }",
                "upstreams: { default: { headers: { X-Thing: 'a ${env:VALUE} b' } } }",
                "upstreams: { default: { urls: ['http://user:SECRET@host/x'] } }",
                "upstreams: { default: { urls: ['http://SECRET@host/x'] } }",
                "upstreams: { default: { urls: ['http://user:a/SECRET@host/x'] } }",
                "upstreams: { default: { urls: ['http://user:a@b?c#SECRET@host/x'] } }",
                "upstreams: { default: { urls: ['http://user:${env:VALUE}@host/x'] } }",
                "upstreams: { default: { urls: ['http://host/x?a=b&password=SECRET'] } }",
                "auth: { secrt: SECRET }",
                "auth: { secert: [SECRET }",
                "auth:\n  secret: SECRET\n\tx: 1",
                "auth:\n  secret: \"SECRET\\q\"",
                "auth:\n  secret: \"SECRET\n\n  SECRET",
                "auth:\n  secret: |\n    SECRET\n   @: [",
                "auth:\n  secret:\n    SECRET: x: y",
                "auth:\n  api-token: SECRET",
                "auth: { secret: SECRET, secret: SECRET }",
                "auth: { secret: [SECRET] }",
                "auth: { keys: { a: [SECRET] } }",
                "auth: { secret: !x SECRET }",
                "auth: { secret: &x SECRET, issuer: *x }",
                "auth: { secret: SECRET, issuer: '${SECRET}', port: 1 }",
                "auth: { secret: SECRET }\nserver: { port: SECRET, base-url: 'a b SECRET', host: '${file:SECRET}' }",
                "server: { base-url: 'http://u:SECRET@host /' }",
                "server: { port: '${env:VALUE}' }",
                "upstreams: { default: { headers: { Authorization: [Bearer SECRET] } } }",
                "secret: SECRET",
            })
    void no_secret_of_a_file_is_shown_anywhere(String yaml) {
        config.yaml(yaml.replace("SECRET", SECRET))
                .file("value.txt", SECRET + "\n")
                .env("VALUE", SECRET);
        assertThat(everything()).doesNotContain(SECRET);
    }

    @Test
    void no_secret_of_a_variable_or_flag_is_shown_anywhere_also_when_it_is_shadowed() {
        config.yaml("auth: { secret: first-secret-1 }\n")
                .file("inference-proxy-p.yaml", "auth: { secret: second-secret-2, issuer: x-first-secret-1 }\n")
                .env("INFERENCE_PROXY_AUTH_SECRET", "third-secret-3")
                .env("INFERENCE_PROXY_AUTH_SERCET", "fourth-secret-4")
                .env("INFERENCE_PROXY_UPSTREAMS_DEFAULT_HEADERS_AUTHORIZATION", "Bearer fifth-secret-5")
                .set("auth.secret=sixth-secret-6")
                .set("auth.secert=seventh-secret-7")
                .set("auth.secret=eighth-secret-8");
        config.sources = config.sources.withProfile("p");
        assertThat(everything()).doesNotContainPattern("[a-z]+-secret-\\d");
    }

    @Test
    void a_secret_is_masked_where_it_stands_and_short_ones_too() {
        config.yaml("auth: { secret: abcdefgh, second: abc, issuer: say-abcdefgh-so }\nserver: { host: abc }\n");
        assertThat(config.row("auth.secret")).contains("  ***  ");
        assertThat(config.row("auth.second")).contains("  ***  ");
        assertThat(config.row("auth.issuer")).contains("  say-***-so  ");
        assertThat(config.row("server.host")).contains("  abc  ");
    }

    @Test
    void an_unset_secret_shows_that_it_is_unset() {
        assertThat(config.row("auth.secret")).matches("auth\\.secret +\"\" +default");
    }

    @Test
    void the_scheme_of_a_credential_and_the_host_of_a_url_stay() {
        config.yaml(
                        "upstreams: { default: { urls: ['http://u:pw-pw-pw@host:1/x'], headers: { Authorization: 'Bearer ${env:K}' } } }")
                .env("K", "sk-123456");
        assertThat(config.row("upstreams.default.urls")).contains("  [http://***@host:1/x]  ");
        assertThat(config.row("upstreams.default.headers.Authorization")).contains("  Bearer ***  ");
        assertThat(entry(config.options().upstreams(), "default").headers()).containsValue("Bearer sk-123456");
    }

    @Test
    void an_at_sign_in_a_path_is_no_password() {
        config.yaml("upstreams: { default: { urls: ['http://host:8000/m@v1', 'http://host/m:1@v1'] } }");
        assertThat(config.row("upstreams.default.urls")).contains("  [http://host:8000/m@v1, http://host/m:1@v1]  ");
    }

    @Test
    void an_ordinary_text_that_came_through_a_variable_is_shown() {
        config.yaml("auth: { issuer: '${env:ISSUER}' }\nupstreams: { default: { urls: ['${env:UPSTREAM}'] } }\n"
                        + "logging: { level: '${env:LEVEL:-warning}' }")
                .env("ISSUER", "my-issuer")
                .env("UPSTREAM", "http://model.internal:8000/v1");
        assertThat(config.row("auth.issuer")).contains("  my-issuer  ");
        assertThat(config.row("upstreams.default.urls")).contains("  [http://model.internal:8000/v1]  ");
        assertThat(config.row("logging.level")).contains("  warning  ");
    }

    @Test
    void the_caret_stays_under_its_place_when_a_secret_before_it_is_masked() {
        config.yaml("auth: { secret: \"abcdefghijkl\", isuer: x }\n");
        assertThat(config.problems()).isEqualTo("""
                        inference-proxy.yaml:1:33: auth.isuer: unknown key (did you mean "issuer"?)
                          auth: { secret: ***, isuer: x }
                                               ^
                        """);
    }

    @Test
    void the_mask_of_a_configuration_serves_other_texts() {
        LoadedConfig<SampleOptions> loaded =
                config.yaml("auth: { secret: abcdefgh }").load();
        assertThat(loaded.mask().mask("refused abcdefgh at redis://:pw@host"))
                .isEqualTo("refused *** at redis://***@host");
    }
}
