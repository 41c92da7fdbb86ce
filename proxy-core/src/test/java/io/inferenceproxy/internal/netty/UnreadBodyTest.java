package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.server.ClientAddresses;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.testing.RecordingSink;
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

/** Of a body that nobody reads yet little is kept, all of it counted, and while memory is short as little as can be. */
class UnreadBodyTest {

    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";

    private final Queue<ProxyCall> calls = new ArrayDeque<>();
    private final BufferAccount buffers = BufferAccount.boundedBy(1 << 20);
    private final EmbeddedChannel client = connection();
    private final RecordingSink sink = new RecordingSink();

    @AfterEach
    void hangUp() {
        client.finishAndReleaseAll();
        assertThat(buffers.used()).as("bytes that are still counted").isZero();
    }

    @Test
    void isKeptUpToAMark() {
        send(HEAD);
        send("x".repeat(60_000));
        assertThat(client.config().isAutoRead()).isTrue();
        assertThat(buffers.used()).isEqualTo(60_000);

        send("x".repeat(6_000));

        assertThat(client.config().isAutoRead()).isFalse();
        assertThat(buffers.used()).isEqualTo(66_000);
    }

    @Test
    void whileMemoryIsShortNothingMoreIsReadOfIt() {
        send(HEAD);
        buffers.reserve(buffers.bound());

        send("x");

        assertThat(client.config().isAutoRead()).isFalse();
        buffers.release(buffers.bound());
    }

    @Test
    void goesOnAsSoonAsItIsReadHoweverFullItIs() {
        send(HEAD);
        buffers.reserve(buffers.bound());
        send("abc");

        calls.element().request().body().read(sink);
        assertThat(client.config().isAutoRead()).isTrue();
        send("def");

        assertThat(sink.text()).isEqualTo("abcdef");
        assertThat(buffers.used()).isEqualTo(buffers.bound());
        buffers.release(buffers.bound());
    }

    @Test
    void whatPassesIsNotCounted() {
        send(HEAD);
        calls.element().request().body().read(sink);
        buffers.reserve(buffers.bound());

        send("x".repeat(1_000));

        assertThat(buffers.used()).isEqualTo(buffers.bound());
        assertThat(client.config().isAutoRead()).isTrue();
        buffers.release(buffers.bound());
    }

    @Test
    void whatComesDuringAPauseIsCountedUntilItIsHandedOver() {
        send(HEAD);
        calls.element().request().body().read(sink);
        calls.element().request().body().pause();
        send("x".repeat(1_000));
        assertThat(buffers.used()).isEqualTo(1_000);

        calls.element().request().body().resume();

        assertThat(buffers.used()).isZero();
        assertThat(sink.text()).hasSize(1_000);
    }

    private void send(String text) {
        client.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private EmbeddedChannel connection() {
        FrontDoor frontDoor = new FrontDoor(
                call -> {
                    calls.add(call);
                    return new CompletableFuture<ProxyResponse>();
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
