package io.inferenceproxy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {

    @TempDir
    Path directory;

    ConfigFixture config;

    @BeforeEach
    void open() {
        config = new ConfigFixture(directory);
    }

    @Test
    void all_mistakes_come_out_at_once_each_with_its_line_and_a_caret() {
        config.yaml("""
                server:
                  prot: 8080
                  port: 70000
                  max-connections: 0
                  max-head: 64XB
                  http2: yes
                  trusted-proxies: [10.0.0.0/8, nonsense]
                upstreams:
                  default:
                    urls: ["http://a:1", "relative"]
                routes:
                  a: { to: /x }
                  b: { match: oops, style: opnai }
                  c: { match: "GET /c", upstream: gpu }
                limits: { per-user: { windows: [] } }
                requests: 5
                """);
        assertThat(config.problems()).isEqualTo("""
                        inference-proxy.yaml:2:3: server.prot: unknown key (did you mean "port"?)
                            prot: 8080
                            ^
                        inference-proxy.yaml:3:9: server.port: 70000 (expected: 0 to 65535)
                            port: 70000
                                  ^
                        inference-proxy.yaml:4:20: server.max-connections: 0 (expected: 1 or more)
                            max-connections: 0
                                             ^
                        inference-proxy.yaml:5:13: server.max-head: 64XB (expected: a number with B, KB, MB or GB)
                            max-head: 64XB
                                      ^
                        inference-proxy.yaml:6:10: server.http2: yes (expected: true or false)
                            http2: yes
                                   ^
                        inference-proxy.yaml:7:33: server.trusted-proxies[1]: nonsense (expected: an address or a block such as 10.0.0.0/8 or fd00::/8)
                            trusted-proxies: [10.0.0.0/8, nonsense]
                                                          ^
                        inference-proxy.yaml:10:26: upstreams.default.urls[1]: relative (expected: http://host)
                              urls: ["http://a:1", "relative"]
                                                   ^
                        inference-proxy.yaml:12:6: routes.a.match: missing (expected: a value)
                            a: { to: /x }
                               ^
                        inference-proxy.yaml:13:15: routes.b.match: oops (expected: METHOD PATH)
                            b: { match: oops, style: opnai }
                                        ^
                        inference-proxy.yaml:13:28: routes.b.style: opnai (expected: native, openai) (did you mean "openai"?)
                            b: { match: oops, style: opnai }
                                                     ^
                        inference-proxy.yaml:15:32: limits.per-user.windows: none (expected: one or more)
                          limits: { per-user: { windows: [] } }
                                                         ^
                        inference-proxy.yaml:16:1: requests: unknown key
                          requests: 5
                          ^
                        """);
        assertThat(config.load().isValid()).isFalse();
    }

    @Test
    void a_refusal_across_records_is_told_at_the_key_that_it_names() {
        config.yaml("routes:\n  c: { match: GET /c, upstream: gpu }\n");
        assertThat(config.problems()).isEqualTo("""
                        inference-proxy.yaml:2:33: routes.c.upstream: gpu (expected: one of default)
                            c: { match: GET /c, upstream: gpu }
                                                          ^
                        """);
    }

    @Test
    void a_key_that_is_right_and_in_the_wrong_place_is_shown_its_place() {
        assertThat(config.yaml("port: 8080\nserver: { urls: [] }\n").lines()).isEqualTo("""
                        inference-proxy.yaml:1:1: port: unknown key (did you mean "server.port"?)
                        inference-proxy.yaml:2:11: server.urls: unknown key (did you mean "upstreams.<name>.urls"?)
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "server: {}\\nlimits: {}\\nserver: {}|3:1: server: given twice (expected: once; the first is at inference-proxy.yaml:1:1)",
                "server: &x { port: 1 }|1:9: an anchor (expected: the value itself, or quotes around a text that begins with &)",
                "server: { host: &x a }|1:17: an anchor (expected: the value itself, or quotes around a text that begins with &)",
                "server: { host: *x }|1:17: an alias (expected: the value itself, or quotes around a text that begins with *)",
                "server: !!map { port: 1 }|1:9: a tag (expected: the value itself, or quotes around a text that begins with !)",
                "server: { host: !secret a }|1:17: a tag (expected: the value itself, or quotes around a text that begins with !)",
                "server: { port: 1 }\\n---\\nserver: { port: 2 }|3:1: a second document (expected: one document in a file)",
                "server: { port: 1|1:18: not YAML: expected ',' or '}', but got stream end",
                "server:\\n\\tport: 1|2:1: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)",
                "server: @x|1:9: not YAML: found character '@' that cannot start any token.",
                "server: a: b|1:10: not YAML: mapping values are not allowed here",
                "server: \"a\\\\qb\"|1:12: not YAML: found unknown escape character q(113)",
                "? [a]\\n: b|1:4: not YAML: a key that is not a text",
                "- a|1:1: (expected: keys with values)",
                "just text|1:1: (expected: keys with values)",
                "server: 5|1:9: server: (expected: keys with values, found a text)",
                "server: [a]|1:9: server: (expected: keys with values, found a list)",
                "routes: x|1:9: routes: (expected: names with values, found a text)",
                "server: { port: {} }|1:17: server.port: (expected: one value, found keys)",
                "server: { trusted-proxies: 10.0.0.0/8 }|1:28: server.trusted-proxies: (expected: a list such as [a, b], found a text)",
                "server: { trusted-proxies: [null] }|1:29: server.trusted-proxies[0]: no value (expected: one)",
                "upstreams: { default: { headers: { X: } } }|1:38: upstreams.default.headers.X: no value (expected: one)",
                "server: { port: 99999999999 }|1:17: server.port: 99999999999 (expected: a whole number within 2^31)",
                "server: { port: 80_80 }|1:17: server.port: 80_80 (expected: a whole number)",
                "server: { ratio: x }|1:18: server.ratio: x (expected: a number)",
                "server: { base-url: 'a b' }|1:21: server.base-url: a b (expected: a URL)",
                "server: { drain-delay: 5x }|1:24: server.drain-delay: 5x (expected: a number with ms, s, m, h or d)",
                "server: { port: '' }|1:17: server.port: \"\" (expected: a whole number)",
                "server: { host: '${env:NOPE}' }|1:17: server.host: environment variable NOPE is not set (expected: a value; or ${env:NOPE:-default})",
                "server: { host: '${file:nope}' }|1:17: server.host: nope: no such file",
                "server: { host: '${nope}' }|1:17: server.host: ${nope} (expected: ${env:NAME} or ${file:PATH}; $${ for a plain ${)",
                "server: { host: '${env:A' }|1:17: server.host: ${ without } (expected: ${env:NAME} or ${file:PATH}; $${ for a plain ${)",
                "auth: { login-limit: often }|1:22: auth.login-limit: often (expected: N [UNIT] per [M]",
            })
    void a_mistake_is_told_at_its_place(String yaml, String expected) {
        config.yaml(yaml.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\"));
        assertThat(config.lines()).startsWith("inference-proxy.yaml:" + expected);
    }

    @Test
    void bytes_that_are_not_utf_8_and_control_characters_are_told() throws Exception {
        Files.write(directory.resolve("inference-proxy.yaml"), new byte[] {'a', '\n', (byte) 0xff});
        assertThat(config.lines()).isEqualTo("inference-proxy.yaml: not UTF-8 in line 2 (expected: UTF-8)\n");
        config.yaml("server:\n  host: a\u0007\n");
        assertThat(config.lines())
                .isEqualTo("inference-proxy.yaml:2:10: character U+0007 (expected: printable text)\n");
    }

    @Test
    void a_byte_order_mark_and_carriage_returns_are_no_mistake() {
        assertThat(config.yaml("\ufeffserver:\r\n  port: 5\r\n")
                        .options()
                        .server()
                        .port())
                .isEqualTo(5);
        assertThat(config.row("server.port")).endsWith("inference-proxy.yaml:2:9");
    }

    @Test
    void columns_count_code_points_and_long_lines_are_cut_around_the_caret() {
        config.yaml("server: { host: \"" + "é😀".repeat(100) + "\", prot: 1 }\n");
        String[] lines = config.problems().split("\n", -1);
        assertThat(lines[0]).startsWith("inference-proxy.yaml:1:221: server.prot");
        assertThat(lines[1]).hasSizeLessThan(120).contains("prot: 1 }");
        assertThat(lines[2].indexOf('^')).isEqualTo(lines[1].indexOf("prot"));
    }

    @Test
    void nesting_without_end_is_told_and_does_no_harm() {
        assertThat(config.yaml("[".repeat(100_000)).lines()).contains("more than 32 levels");
        assertThat(config.yaml("{a: ".repeat(5_000)).lines()).contains("more than 32 levels");
    }

    @Test
    void very_many_mistakes_are_cut_off() {
        StringBuilder yaml = new StringBuilder("server:\n");
        for (int i = 0; i < 1_000; i++) {
            yaml.append("  x").append(i).append(": 1\n");
        }
        assertThat(config.yaml(yaml.toString()).load().problems()).hasSize(201);
        assertThat(config.lines()).endsWith("800 more problems (expected: fewer)\n");
    }

    @Test
    void a_missing_requirement_leaves_all_other_settings_readable() {
        config.yaml("routes: { a: { to: /x } }\nserver: { port: 5 }\n");
        assertThat(config.row("server.port")).contains("  5  ");
        assertThat(config.row("routes.a.to")).contains("  /x  ");
    }

    @Test
    void origins_of_variables_and_flags_are_places_too() {
        config.env("INFERENCE_PROXY_SERVER_PORT", "x").set("server.drain-delay=soon");
        assertThat(config.lines()).isEqualTo("""
                        env INFERENCE_PROXY_SERVER_PORT: server.port: x (expected: a whole number)
                        flag --set: server.drain-delay: soon (expected: a number with ms, s, m, h or d)
                        """);
    }

    @Test
    void a_file_of_a_megabyte_of_mistakes_is_read_in_reasonable_time() {
        StringBuilder yaml = new StringBuilder("auth:\n");
        for (int i = 0; i < 30_000; i++) {
            yaml.append("  secret-").append(i).append(": [a, {b: c}]\n");
        }
        config.yaml(yaml.toString());
        assertTimeout(
                Duration.ofSeconds(20),
                () -> assertThat(config.load().problems()).hasSize(201));
    }
}
