package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamFailure;
import io.inferenceproxy.upstream.UpstreamRequest;
import io.inferenceproxy.upstream.UpstreamTimeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The time for a connection holds for the look-up of the name too, which may hang for longer than anyone waits. */
class NameLookUpTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final UpstreamAddress NAMED = new UpstreamAddress(false, "model.test", 80, "");

    private final Transport transport = Transport.open(1);
    private final NettyUpstreamClient client =
            new NettyUpstreamClient(transport, lookUp -> {}, Codec.SCANNER, BufferAccount.boundedBy(1 << 20));

    @AfterEach
    void close() {
        client.close();
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void aCallDoesNotWaitForALookUpThatHangs() {
        UpstreamTimeouts timeouts = new UpstreamTimeouts(SHORT, LONG, LONG, Optional.empty(), LONG);
        UpstreamRequest request =
                new UpstreamRequest(NAMED, "GET", "/", Headers.empty(), Body.empty(), timeouts, false);

        CompletableFuture<ProxyResponse> answer = client.exchange(
                        request, FakeCall.of("GET", "/").arrived())
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS);

        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        UpstreamFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(UpstreamFailure.Kind.CONNECT_TIMEOUT));
    }

    @Test
    void nobodyIsReadyBehindALookUpThatHangs() {
        assertThat(client.probe(NAMED, SHORT).toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(false);
    }
}
