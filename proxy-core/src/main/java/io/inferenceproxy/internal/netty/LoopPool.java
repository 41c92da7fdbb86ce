package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamFailure.Kind;
import io.inferenceproxy.upstream.UpstreamRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop: idle ones are reused last in, first out, so that those not needed grow old
 * and end; how many there are is bounded by the calls in flight.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the listener is what counts
final class LoopPool {

    private final NettyUpstreamClient client;
    private final EventLoop loop;
    private final Map<UpstreamAddress, ArrayDeque<UpstreamConnection>> idle = new HashMap<>();

    LoopPool(NettyUpstreamClient client, EventLoop loop) {
        this.client = client;
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    /** Sends the request over an idle connection, or a new one. */
    void exchange(UpstreamExchange exchange) {
        ProxyCall call = exchange.call();
        call.cancellation().onCancel(() -> {
            if (loop.inEventLoop()) {
                exchange.cancel();
            } else {
                loop.execute(exchange::cancel);
            }
        });
        if (exchange.isCancelled()) {
            return;
        }
        UpstreamConnection kept = take(exchange.request().address());
        if (kept != null) {
            kept.start(exchange);
        } else {
            connect(exchange);
        }
    }

    private @Nullable UpstreamConnection take(UpstreamAddress address) {
        ArrayDeque<UpstreamConnection> kept = idle.get(address);
        if (kept == null) {
            return null;
        }
        UpstreamConnection newest = kept.poll();
        while (newest != null && !newest.isUsable()) {
            newest = kept.poll();
        }
        return newest;
    }

    /** Sends the request over a new connection. */
    void connect(UpstreamExchange exchange) {
        Transport.afterEvents(loop, () -> connectNow(exchange));
    }

    private void connectNow(UpstreamExchange exchange) {
        if (exchange.isCancelled()) {
            return;
        }
        UpstreamRequest request = exchange.request();
        open(request.address(), request.timeouts().connect()).addListener((ChannelFuture connecting) -> {
            Channel channel = connecting.channel();
            if (!connecting.isSuccess()) {
                exchange.fail(
                        kindOf(connecting.cause()),
                        connecting.isCancelled()
                                ? "the name was not looked up in time"
                                : "connecting: " + connecting.cause());
                return;
            }
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                connected(exchange, channel);
                return;
            }
            tls.handshakeFuture().addListener(handshake -> {
                if (handshake.isSuccess()) {
                    channel.pipeline().remove(HandshakeFailures.class);
                    connected(exchange, channel);
                } else {
                    exchange.fail(Kind.TLS, "TLS: " + handshake.cause().getMessage());
                    channel.close();
                }
            });
        });
    }

    private void connected(UpstreamExchange exchange, Channel channel) {
        UpstreamConnection connection =
                new UpstreamConnection(channel, exchange.request().address(), this, client.codec(), client.buffers());
        channel.pipeline().addLast(connection);
        if (exchange.isCancelled()) {
            channel.close();
        } else if (!exchange.canBeSent()) {
            channel.close();
            exchange.fail(Kind.CONNECTION_TERMINATED, "the upstream closed the connection");
        } else {
            connection.start(exchange);
        }
    }

    /** Opens a connection, for an exchange or just to see whether one can be had. Not amid events, see {@link Transport}. */
    ChannelFuture open(UpstreamAddress address, Duration timeout) {
        int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(client.transport().socketChannel())
                .resolver(client.names())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, ReadBuffers.INSTANCE)
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 << 10, 128 << 10))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (address.secure()) {
                            SslHandler tls = client.tls(address.tls())
                                    .newHandler(channel.alloc(), address.serverName(), address.port());
                            tls.setHandshakeTimeoutMillis(millis);
                            channel.pipeline().addLast(tls, new HandshakeFailures());
                        }
                    }
                })
                .connect(InetSocketAddress.createUnresolved(address.host(), address.port()));
        giveUpLookingUp(connecting, millis);
        return connecting;
    }

    /** Netty's own timeout begins when the name was looked up; a look-up that hangs is given up here. */
    private void giveUpLookingUp(ChannelFuture connecting, int millis) {
        Future<?> patience = loop.schedule(
                () -> {
                    if (connecting.cancel(false)) {
                        connecting.channel().close();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
        connecting.addListener(done -> patience.cancel(false));
    }

    private static Kind kindOf(Throwable cause) {
        if (cause instanceof ConnectTimeoutException || cause instanceof CancellationException) {
            return Kind.CONNECT_TIMEOUT;
        }
        return cause instanceof UnknownHostException ? Kind.NAME_NOT_RESOLVED : Kind.CONNECTION_REFUSED;
    }

    /** A handshake that fails is told by its future; without this Netty would log it too, with bytes of the peer's. */
    private static final class HandshakeFailures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** The connection can be used again. */
    void idle(UpstreamConnection connection) {
        idle.computeIfAbsent(connection.address(), address -> new ArrayDeque<>())
                .push(connection);
    }

    /** The connection is gone. */
    void forget(UpstreamConnection connection) {
        ArrayDeque<UpstreamConnection> kept = idle.get(connection.address());
        if (kept != null) {
            kept.remove(connection);
        }
    }

    void close() {
        idle.values().forEach(kept -> new ArrayList<>(kept).forEach(UpstreamConnection::close));
        idle.clear();
    }
}
