package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A filter of an embedder before authentication sees answers as they go out, and has the last word. */
class OuterFilterTest {

    private final Queue<ProxyResponse> seen = new ConcurrentLinkedQueue<>();

    @RegisterExtension
    final ProxyExtension proxy = ProxyExtension.with(builder -> builder.filterBeforeAuthentication(
                    (call, next) -> next.handle(call).thenApply(answer -> {
                        seen.add(answer);
                        return answer.withHeader("RateLimit", "hidden");
                    }))
            .filterBeforeUpstream((call, next) -> {
                if (call.request().headers().contains("X-Fail")) {
                    throw new IllegalStateException("the reason is the operator's");
                }
                return next.handle(call);
            }));

    private RawResponse answer(RawRequest request) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.send(request.header("Content-Type", "application/json")
                            .header("Connection", "close")
                            .body("{}"))
                    .readResponse();
        }
    }

    private RawRequest byAlice() {
        return RawRequest.post("/api/inference").header("Authorization", "Bearer " + proxy.token("alice"));
    }

    @Test
    void itSeesTheLimitsOnAnAnswerOfTheUpstream() throws IOException {
        RawResponse answer = answer(byAlice());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(seen)
                .singleElement()
                .satisfies(response -> assertThat(response.headers().first("RateLimit"))
                        .hasValueSatisfying(value -> assertThat(value).startsWith("\"per-user-hour\";r=49;")));
        assertThat(answer.header("RateLimit")).hasValue("hidden");
    }

    @Test
    void itSeesASurpriseAsTheProblemThatTheClientGets() throws IOException {
        proxy.expectErrors();

        RawResponse answer = answer(byAlice().header("X-Fail", "yes"));

        assertThat(answer.status()).isEqualTo(500);
        assertThat(seen).singleElement().satisfies(response -> {
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.headers().contains("RateLimit")).isTrue();
        });
    }

    @Test
    void itSeesRefusalsToo() throws IOException {
        RawResponse answer = answer(RawRequest.post("/api/inference"));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(seen)
                .singleElement()
                .satisfies(response ->
                        assertThat(response.headers().contains("RateLimit")).isFalse());
    }
}
