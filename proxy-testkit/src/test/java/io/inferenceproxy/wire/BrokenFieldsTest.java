package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An embedder's view of the fields fails while the head for the upstream is written: the call ends and holds nothing. */
class BrokenFieldsTest {

    @RegisterExtension
    final ProxyExtension proxy = ProxyExtension.with(builder -> builder.filterBeforeUpstream(
            (call, next) -> next.handle(call.withRequest(call.request().withHeaders(new BrokenHeaders())))));

    @Test
    void theCallIsAnsweredAndNothingStaysHeld() throws IOException {
        proxy.expectErrors();
        try (RawClient client = proxy.client()) {
            RawResponse answer = client.send(RawRequest.post("/api/inference")
                            .header("Authorization", "Bearer " + proxy.token("alice"))
                            .header("Content-Type", "application/json")
                            .body("{}"))
                    .readResponse();

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.header("RateLimit")).isPresent();
        }
    }

    /** Fields that cannot be walked. */
    private static final class BrokenHeaders implements Headers {
        @Override
        public Optional<String> first(String name) {
            return Optional.empty();
        }

        @Override
        public List<String> all(String name) {
            return List.of();
        }

        @Override
        public void forEach(BiConsumer<String, String> action) {
            throw new IllegalStateException("broken");
        }
    }
}
