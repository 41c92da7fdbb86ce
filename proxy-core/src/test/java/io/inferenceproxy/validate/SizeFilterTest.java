package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ScriptedBody;
import io.inferenceproxy.units.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SizeFilterTest {

    private final ValidateFilter filter = ValidateFilter.forAny(DataSize.ofBytes(100));
    private final List<ProxyCall> passed = new ArrayList<>();

    private ProxyResponse answer(ProxyCall call) {
        return filter.filter(call, next -> {
                    passed.add(next);
                    return CompletableFuture.completedFuture(ProxyResponse.empty(200));
                })
                .toCompletableFuture()
                .join();
    }

    @Test
    void anythingThatSaysItIsSmallEnoughPassesUntouched() {
        ProxyCall call = ContentCall.post(new byte[100])
                .withHeaders("Content-Type", "image/png", "Content-Encoding", "gzip")
                .call();

        assertThat(answer(call).status()).isEqualTo(200);
        assertThat(passed).containsExactly(call);
        assertThat(call.trace().nanosTo(CallTrace.Mark.VALIDATED)).isPositive();
    }

    @Test
    void whatSaysThatItIsTooLargeIsRefusedUnread() {
        ScriptedBody body = ScriptedBody.announced(101);

        ProxyResponse response = answer(ContentCall.json("").withBody(body).call());

        assertThat(response.status()).isEqualTo(413);
        assertThat(body.isRead()).isFalse();
        assertThat(passed).isEmpty();
    }

    @Test
    void whatDoesNotSayIsCountedWhileItPasses() {
        ScriptedBody body = ScriptedBody.chunked();
        answer(ContentCall.json("").withBody(body).call());
        CompletableFuture<byte[]> upstream =
                BodyCollector.collect(passed.get(0).request().body(), 1_000_000).toCompletableFuture();
        body.send(new byte[100]);
        assertThat(upstream).isNotDone();

        body.send(new byte[1]);

        assertThat(upstream)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BodyCollector.TooLarge.class);
        assertThat(body.isCancelled()).isTrue();
    }
}
