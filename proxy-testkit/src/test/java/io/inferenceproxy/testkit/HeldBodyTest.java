package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeldBodyTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void makesTheClientFeelBackPressure() throws Exception {
        Bytes large = Bytes.of(new byte[64 << 20]);
        HeldBody held = HeldBody.then(Answer.text("got it"));
        try (ScriptedUpstream upstream = ScriptedUpstream.start().on("/x", held);
                RawClient client = RawClient.connect(upstream.port())) {
            CompletableFuture<RawClient> sending = CompletableFuture.supplyAsync(() -> send(client, large));
            upstream.awaitHead(SOON);
            assertThat(sending).isNotCompleted();
            assertThat(upstream.requests()).isEmpty();
            held.release();

            assertThat(sending.get(5, TimeUnit.SECONDS).readResponse().text()).isEqualTo("got it");
            assertThat(upstream.awaitRequest(SOON).bodyLength()).isEqualTo(64 << 20);
        }
    }

    private static RawClient send(RawClient client, Bytes body) {
        try {
            return client.send(RawRequest.post("/x").body(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
