package io.inferenceproxy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ScriptedBody;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who may come in while memory is short. */
class RoomFilterTest {

    private static final long BOUND = 1 << 20;

    private final BufferAccount buffers = BufferAccount.boundedBy(BOUND);

    @Test
    void everyoneWhileThereIsRoom() {
        assertThat(answer(ContentCall.json("{}").call()).status()).isEqualTo(200);
        assertThat(answer(ContentCall.by("a", "b").call()).status()).isEqualTo(200);
        assertThat(buffers.refusals()).isZero();
    }

    @Test
    void whileItIsFullNoContentWhichStaysUnread() {
        buffers.reserve(BOUND);
        ScriptedBody body = ScriptedBody.chunked();
        ProxyCall call = ContentCall.json("").withBody(body).call();

        ProxyResponse answer = answer(call);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).hasValue("1");
        assertThat(text(answer.body())).contains("\"code\":\"overloaded\"").contains("server.max-buffered: 1MB");
        assertThat(call.trace().reason()).isEqualTo("no room: 1048576 of 1048576 bytes are held");
        assertThat(body.isRead()).isFalse();
        assertThat(buffers.refusals()).isEqualTo(1);
    }

    @Test
    void whileItIsFullCallsWithoutContent() {
        buffers.reserve(BOUND + BOUND / 8);

        assertThat(answer(ContentCall.by("a", "b").call()).status()).isEqualTo(200);
    }

    @Test
    void whileItIsOverrunNobody() {
        buffers.reserve(BOUND + BOUND / 4);

        assertThat(answer(ContentCall.by("a", "b").call()).status()).isEqualTo(503);
    }

    @Test
    void everyoneAgainWhenThereIsRoom() {
        buffers.reserve(BOUND);
        answer(ContentCall.json("{}").call());

        buffers.release(BOUND / 2);

        assertThat(answer(ContentCall.json("{}").call()).status()).isEqualTo(200);
    }

    private ProxyResponse answer(ProxyCall call) {
        return new RoomFilter(buffers)
                .filter(call, next -> CompletableFuture.completedFuture(ProxyResponse.empty(200)))
                .toCompletableFuture()
                .join();
    }

    private static String text(Body body) {
        byte[] bytes = BodyCollector.collect(body, 10_000).toCompletableFuture().join();
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
