package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.testing.FakeCall;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsFilterTest {

    private static final String APP = "https://app.example";

    private final CorsFilter cors = new CorsFilter(CorsOptions.DEFAULT.withOrigins(List.of(APP)));
    private final CorsFilter off = new CorsFilter(CorsOptions.DEFAULT);
    private final CorsFilter any = new CorsFilter(CorsOptions.DEFAULT.withOrigins(List.of("*")));
    private boolean forwarded;

    @Test
    void preflight_of_an_allowed_origin_is_answered_here() {
        ProxyResponse answer = through(cors, preflight(APP).with("Access-Control-Request-Headers", "x-stainless-os"));

        assertThat(forwarded).isFalse();
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().first("Access-Control-Allow-Origin")).hasValue(APP);
        assertThat(answer.headers().first("Access-Control-Allow-Methods"))
                .hasValue("GET, HEAD, POST, PUT, PATCH, DELETE");
        assertThat(answer.headers().first("Access-Control-Allow-Headers")).hasValue("x-stainless-os");
        assertThat(answer.headers().first("Access-Control-Max-Age")).hasValue("600");
        assertThat(answer.headers().first("Vary"))
                .hasValueSatisfying(vary -> assertThat(vary).startsWith("Origin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\r\nSet-Cookie: x", "a;b"})
    void preflight_that_asks_for_nonsense_is_told_the_usual_headers(String asked) {
        ProxyResponse answer = through(cors, preflight(APP).with("Access-Control-Request-Headers", asked));

        assertThat(answer.headers().first("Access-Control-Allow-Headers"))
                .hasValueSatisfying(allowed -> assertThat(allowed).startsWith("Authorization, Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://app.example.evil.example", "http://app.example"})
    void preflight_of_another_origin_is_answered_without_permission(String origin) {
        ProxyResponse answer = through(cors, preflight(origin));

        assertThat(forwarded).isFalse();
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
        assertThat(answer.headers().contains("Access-Control-Allow-Methods")).isFalse();
    }

    @Test
    void preflight_is_not_forwarded_when_no_origin_is_configured() {
        ProxyResponse answer = through(off, preflight(APP));

        assertThat(forwarded).isFalse();
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
    }

    @Test
    void options_that_is_no_preflight_goes_on() {
        through(cors, FakeCall.of("OPTIONS", "/api/inference").with("Origin", APP));

        assertThat(forwarded).isTrue();
    }

    @Test
    void answer_to_an_allowed_origin_can_be_read_by_its_page() {
        ProxyResponse answer =
                through(cors, FakeCall.of("POST", "/api/inference").with("Origin", APP));

        assertThat(answer.headers().all("Access-Control-Allow-Origin")).containsExactly(APP);
        assertThat(answer.headers().first("Access-Control-Expose-Headers"))
                .hasValueSatisfying(exposed ->
                        assertThat(exposed).contains("RateLimit-Policy").contains("Retry-After"));
        assertThat(answer.headers().contains("Access-Control-Allow-Credentials"))
                .isFalse();
        assertThat(answer.headers().all("Vary")).containsExactly("Accept-Encoding, Origin");
    }

    @Test
    void answer_to_another_origin_only_varies() {
        ProxyResponse answer =
                through(cors, FakeCall.of("POST", "/api/inference").with("Origin", "https://evil.example"));

        assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
        assertThat(answer.headers().all("Vary")).containsExactly("Accept-Encoding, Origin");
    }

    @Test
    void any_origin_needs_no_variation() {
        ProxyResponse answer =
                through(any, FakeCall.of("POST", "/api/inference").with("Origin", "https://evil.example"));

        assertThat(answer.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(answer.headers().all("Vary")).containsExactly("Accept-Encoding");
    }

    @Test
    void answers_stay_as_they_are_when_no_origin_is_configured() {
        ProxyResponse answer =
                through(off, FakeCall.of("POST", "/api/inference").with("Origin", APP));

        assertThat(answer.headers().all("Access-Control-Allow-Origin")).containsExactly("https://upstream.example");
    }

    @Test
    void problem_can_be_read_by_the_page_too() {
        ProxyResponse answer = cors.filter(
                        FakeCall.of("GET", "/nothing").with("Origin", APP).arrived(),
                        call -> Problem.of(ProblemType.NOT_FOUND).toAnswer(call))
                .toCompletableFuture()
                .join();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers().first("Access-Control-Allow-Origin")).hasValue(APP);
        assertThat(answer.headers().first("Vary")).hasValue("Origin");
    }

    private static FakeCall preflight(String origin) {
        return FakeCall.of("OPTIONS", "/api/inference")
                .with("Origin", origin)
                .with("Access-Control-Request-Method", "POST");
    }

    private ProxyResponse through(CorsFilter filter, FakeCall call) {
        return filter.filter(call.arrived(), next -> {
                    forwarded = true;
                    return CompletableFuture.completedFuture(ProxyResponse.of(
                            200,
                            Headers.of(
                                    "Vary", "Accept-Encoding",
                                    "Access-Control-Allow-Origin", "https://upstream.example",
                                    "Access-Control-Allow-Credentials", "true"),
                            Body.empty()));
                })
                .toCompletableFuture()
                .join();
    }
}
