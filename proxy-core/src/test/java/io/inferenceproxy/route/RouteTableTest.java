package io.inferenceproxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {

    private final RouteTable table = new RouteTable(
            List.of(entry("index", "GET /"), entry("docs", "GET /docs/**"), entry("login", "POST /api/login")),
            List.of(
                    entry("inference", "POST /api/inference/**"),
                    entry("one", "POST /api/inference/one"),
                    entry("deep", "POST /api/inference/one/**"),
                    entry("reader", "GET,DELETE /api/inference/**"),
                    entry("shadowed", "GET /api/login"),
                    entry("raw", "* /raw/**"),
                    entry("chat", "POST /v1/chat/completions", ApiStyle.OPENAI),
                    entry("models", "GET /v1/models/**", ApiStyle.OPENAI),
                    entry("v2", "GET /v2/models/**", ApiStyle.OIP)));

    @ParameterizedTest
    @CsvSource({
        "POST, /api/inference, inference",
        "POST, /api/inference/, inference",
        "POST, /api/inference/two?q=/docs, inference",
        "POST, /api/inference/one, one",
        "POST, /api/inference/one/more, deep",
        "GET, /api/inference/one, reader",
        "DELETE, /api/inference, reader",
        "PURGE, /raw/x, raw",
        "OPTIONS, /raw, raw",
        "GET, /, index",
        "HEAD, /, index",
        "HEAD, /docs/a, docs",
        "GET, /v1/models, models"
    })
    void most_specific_route_for_the_method_wins(String method, String target, String route) {
        ProxyResponse answer = answer(FakeCall.of(method, target));

        assertThat(answer.headers().first("Route")).hasValue(route);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/inferences",
        "GET, /api",
        "POST, /api/inference%2Fone",
        "GET, /doc",
        "GET, /v1",
        "POST, /API/inference"
    })
    void unknown_path_is_not_found(String method, String target) {
        ProxyResponse answer = answer(FakeCall.of(method, target));

        assertThat(answer.status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/inference/one, 'DELETE, GET, POST'",
        "HEAD, /api/inference, 'DELETE, GET, POST'",
        "post, /api/inference, 'DELETE, GET, POST'",
        "GET, /v1/chat/completions, POST",
        "POST, /docs, 'GET, HEAD'",
        "GET, /api/login, POST",
        "OPTIONS, *, 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'"
    })
    void known_path_with_another_method_names_the_methods_that_it_has(String method, String target, String allowed) {
        ProxyResponse answer = answer(FakeCall.of(method, target));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().first("Allow")).hasValue(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "TRACE", "trace"})
    void connect_and_trace_are_never_served(String method) {
        ProxyResponse answer = answer(FakeCall.of(method, "/raw/x"));

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.closing()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/chat/completions, '{\"error\":{'",
        "GET, /v1/nothing, '{\"error\":{'",
        "GET, /v1/chat/completions/x, '{\"error\":{'",
        "GET, /v2/nothing, '{\"error\":\"'",
        "GET, /nothing, '{\"type\":\"'",
        "GET, /v10/nothing, '{\"type\":\"'",
        "GET, /api/login, '{\"type\":\"'"
    })
    void refusal_speaks_the_dialect_of_the_closest_route(String method, String target, String start) {
        ProxyResponse answer = answer(FakeCall.of(method, target));

        assertThat(text(answer)).startsWith(start);
    }

    @Test
    void style_of_a_route_reaches_its_handler() {
        ProxyResponse answer = answer(FakeCall.of("POST", "/v1/chat/completions"));

        assertThat(answer.headers().first("Style")).hasValue("OPENAI");
    }

    @Test
    void route_for_everything_answers_what_no_other_does() {
        RouteTable all = new RouteTable(List.of(), List.of(entry("all", "POST /**", ApiStyle.OPENAI)));

        ProxyResponse answer = done(all.handle(FakeCall.of("POST", "/").arrived()));

        assertThat(answer.headers().first("Route")).hasValue("all");
        assertThat(text(done(all.handle(FakeCall.of("GET", "/x").arrived())))).startsWith("{\"error\":{");
    }

    @ParameterizedTest
    @CsvSource({"POST /a/**, POST /a/**", "'GET,POST /a', 'POST,PUT /a'", "* /a, GET /a", "GET /a, * /a"})
    void routes_that_share_path_and_method_are_refused(String one, String other) {
        assertThatThrownBy(() -> new RouteTable(List.of(), List.of(entry("first", one), entry("second", other))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of first and ")
                .hasMessageContaining("of second (expected: routes that share a path to share no method)");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/inference/**, '', /api/inference, ''",
        "/api/inference/**, '', /api/inference/x, /x",
        "/api/inference/**, /predict, /api/inference, /predict",
        "/api/inference/**, /predict, /api/inference/, /predict/",
        "/api/inference/**, /predict, /api/inference/a%2Fb, /predict/a%2Fb",
        "/api/inference/**, /predict/, /api/inference/x, /predict/x",
        "/api/inference/**, /predict/, /api/inference, /predict/",
        "/api/inference/**, /, /api/inference/x, /x",
        "/api/embeddings, /embed, /api/embeddings, /embed",
        "/**, /all, /x/y, /all/x/y"
    })
    void upstream_path_is_to_and_what_the_stars_matched(String path, String to, String target, String expected) {
        UpstreamPath upstream = new UpstreamPath(RouteMatch.parse("POST " + path), Optional.of(to));

        String found =
                upstream.of(FakeCall.of("POST", target).arrived().request().target());

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void upstream_path_without_to_is_the_path_of_the_request() {
        UpstreamPath upstream = new UpstreamPath(RouteMatch.parse("* /raw/**"), Optional.empty());

        String found = upstream.of(
                FakeCall.of("GET", "/raw/a%20b/?q=1").arrived().request().target());

        assertThat(found).isEqualTo("/raw/a%20b/");
    }

    private ProxyResponse answer(FakeCall call) {
        return done(table.handle(call.arrived()));
    }

    private static RouteEntry entry(String name, String match) {
        return entry(name, match, ApiStyle.NATIVE);
    }

    private static RouteEntry entry(String name, String match, ApiStyle style) {
        return new RouteEntry(
                name,
                RouteMatch.parse(match),
                style,
                call -> CompletableFuture.completedFuture(ProxyResponse.empty(200)
                        .withHeaders(Headers.of(
                                "Route", call.route(), "Style", call.style().name()))));
    }

    private static ProxyResponse done(CompletionStage<ProxyResponse> stage) {
        return stage.toCompletableFuture().join();
    }

    private static String text(ProxyResponse answer) {
        byte[] bytes = BodyCollector.collect(answer.body(), 1 << 20)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
