package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.server.ClientAddresses;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.time.Ticker;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that a client sends without waiting for answers are kept in memory, so how many bytes of them is bounded. */
class PipelinedRequestsTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Queue<CompletableFuture<ProxyResponse>> calls = new ArrayDeque<>();
    private final BufferAccount buffers = BufferAccount.boundedBy(1 << 20);
    private final EmbeddedChannel client = connection();

    @AfterEach
    void hangUp() {
        client.finishAndReleaseAll();
        assertThat(buffers.used()).as("bytes that are still counted").isZero();
    }

    @Test
    void aFloodIsNotReadFurtherUntilMostOfItIsAnswered() {
        send(REQUEST.repeat(4_000));
        assertThat(client.config().isAutoRead()).isFalse();

        for (int i = 0; i < 1_000; i++) {
            calls.remove().complete(ProxyResponse.empty(204));
        }

        assertThat(client.config().isAutoRead()).isFalse();
    }

    @Test
    void onceMostOfItIsAnsweredTheRestIsRead() {
        send(REQUEST.repeat(4_000));

        for (int i = 0; i < 3_000; i++) {
            calls.remove().complete(ProxyResponse.empty(204));
        }

        assertThat(client.config().isAutoRead()).isTrue();
        assertThat(calls).hasSize(1);
    }

    @Test
    void aBodyAmongThemDoesNotLetMoreIn() {
        send(REQUEST + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + REQUEST.repeat(4_000));

        calls.remove().complete(ProxyResponse.empty(204));

        assertThat(client.config().isAutoRead()).isFalse();
    }

    @Test
    void whatWaitsIsCountedUntilItsTurnHasCome() {
        send(REQUEST.repeat(3));
        assertThat(buffers.used()).isEqualTo(2L * REQUEST.length());

        calls.remove().complete(ProxyResponse.empty(204));
        assertThat(buffers.used()).isEqualTo(REQUEST.length());
        calls.remove().complete(ProxyResponse.empty(204));

        assertThat(buffers.used()).isZero();
    }

    @Test
    void whileMemoryIsShortNothingIsReadBehindTheFirst() {
        buffers.reserve(buffers.bound());

        send(REQUEST);
        assertThat(client.config().isAutoRead())
                .as("for a client that leaves is to be seen")
                .isTrue();
        send(REQUEST);
        assertThat(client.config().isAutoRead()).isFalse();
        calls.remove().complete(ProxyResponse.empty(204));

        assertThat(client.config().isAutoRead()).isTrue();
        assertThat(calls).hasSize(1);
        buffers.release(buffers.bound());
    }

    private void send(String requests) {
        client.writeInbound(Unpooled.copiedBuffer(requests, StandardCharsets.US_ASCII));
    }

    private EmbeddedChannel connection() {
        FrontDoor frontDoor = new FrontDoor(
                call -> {
                    CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
                    calls.add(answer);
                    return answer;
                },
                (call, next) -> next.handle(call),
                new ClientAddresses(List.of()),
                Ticker.system(),
                "/problems/");
        ServerShared shared =
                new ServerShared(frontDoor, ServerOptions.DEFAULT, () -> Instant.EPOCH, Codec.SCANNER, buffers);
        return new EmbeddedChannel(new ServerConnection(shared, false, Optional.empty())) {
            @Override
            public SocketAddress remoteAddress() {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
            }
        };
    }
}
