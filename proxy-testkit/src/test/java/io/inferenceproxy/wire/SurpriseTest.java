package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.Preset;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A filter of an embedder fails: the client learns nothing of it but that it happened. */
class SurpriseTest {

    @RegisterExtension
    final ProxyExtension proxy =
            ProxyExtension.with(builder -> builder.preset(Preset.OPENAI).filterBeforeUpstream((call, next) -> {
                throw new IllegalStateException("the reason is the operator's");
            }));

    @Test
    void theAnswerIsInTheStyleOfTheRouteAndTellsTheLimits() throws IOException {
        proxy.expectErrors();
        try (RawClient client = proxy.client()) {
            RawResponse answer = client.send(RawRequest.post("/v1/embeddings")
                            .header("Authorization", "Bearer " + proxy.token("alice"))
                            .header("Content-Type", "application/json")
                            .body("{}"))
                    .readResponse();

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.header("RateLimit")).isPresent();
            assertThat(answer.text())
                    .contains("{\"error\":{", "\"code\":\"internal-error\"")
                    .doesNotContain("operator's", "IllegalState");
        }
    }
}
