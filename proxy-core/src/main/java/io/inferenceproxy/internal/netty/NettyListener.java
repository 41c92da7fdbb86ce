package io.inferenceproxy.internal.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket and its connections.
 *
 * <p>One socket accepts for all loops: with {@code SO_REUSEPORT} a second process could take half of the traffic unseen, and a
 * socket that is closed resets what waits in its queue.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing cannot usefully fail
public final class NettyListener {

    private static final Logger LOG = LoggerFactory.getLogger(NettyListener.class);
    private static final int BACKLOG = 4_096;

    /** Who is in the middle of connecting when nobody new is let in has this part of the delay, within these bounds. */
    private static final int SHARE_OF_HANDSHAKES = 10;

    private static final Duration SHORTEST_HANDSHAKES = Duration.ofMillis(20);
    private static final Duration LONGEST_HANDSHAKES = Duration.ofMillis(200);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final ServerShared shared;
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Channel socket;

    private NettyListener(ServerShared shared, Channel placeholder) {
        this.shared = shared;
        this.socket = placeholder;
    }

    static NettyListener bind(Transport transport, ServerShared shared, Executor workers) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(shared.options().host(), shared.options().port());
        if (address.isUnresolved()) {
            throw new IOException("host: " + shared.options().host() + " (expected: an address of this machine)");
        }
        Initializer initializer = new Initializer();
        ChannelFuture binding = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(initializer.acceptance)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, ReadBuffers.INSTANCE)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 << 10, 128 << 10))
                .childHandler(initializer)
                .bind(address)
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(String.valueOf(binding.cause().getMessage()), binding.cause());
        }
        NettyListener listener = new NettyListener(shared, binding.channel());
        initializer.listener = listener;
        ServerTls tls = shared.tls();
        if (tls != null) {
            Runnable noMore = listener.watch(tls, workers);
            listener.ended.whenComplete((done, failure) -> noMore.run());
        }
        binding.channel().config().setAutoRead(true);
        return listener;
    }

    /** Where it listens; the port is the real one. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.localAddress();
    }

    /** How many connections there are. */
    public int connections() {
        return open.get();
    }

    /** A shutdown begins: every answer from now on closes its connection; new connections are still served. */
    public void drain() {
        shared.drain();
        connections.forEach(connection -> connection.run(ClientConnection::drain));
    }

    /**
     * Stops listening and closes what is idle; the stage completes when the last connection is gone. After the timeout
     * calls in flight are ended, a second later their connections.
     */
    public CompletionStage<Void> stop(Duration timeout) {
        shared.drain();
        shared.close();
        long share = shared.options().drainDelay().toMillis() / SHARE_OF_HANDSHAKES;
        long handshakes = Math.max(SHORTEST_HANDSHAKES.toMillis(), Math.min(LONGEST_HANDSHAKES.toMillis(), share));
        socket.eventLoop().execute(() -> {
            boolean settling = NoNewcomers.at(socket);
            socket.eventLoop().schedule(() -> close(timeout), settling ? handshakes : 0, TimeUnit.MILLISECONDS);
        });
        return ended;
    }

    private void close(Duration timeout) {
        Transport.acceptWaiting(socket);
        socket.close().addListener(closed -> {
            connections.forEach(connection -> connection.run(ClientConnection::closeIfIdle));
            whenGone();
            socket.eventLoop().schedule(this::interrupt, timeout.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void interrupt() {
        connections.forEach(connection -> connection.run(ClientConnection::interrupt));
        socket.eventLoop().schedule(this::kill, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void kill() {
        connections.forEach(connection -> connection.run(ClientConnection::close));
    }

    /** On the loop of the listening socket, so that what is accepted and not yet set up counts too. */
    void accepted(Channel channel) {
        open.incrementAndGet();
        acceptIfRoom();
        channel.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            if (shared.isClosed()) {
                whenGone();
            } else {
                socket.eventLoop().execute(this::acceptIfRoom);
            }
        });
    }

    /** On one loop alone, so that the last word is said by who saw the last count. */
    private void acceptIfRoom() {
        if (socket.isOpen()) {
            socket.config().setAutoRead(open.get() < shared.options().maxConnections());
        }
    }

    void opened(ClientConnection connection) {
        connections.add(connection);
        if (shared.isClosed()) {
            connection.run(ClientConnection::closeIfIdle);
        }
    }

    void closed(ClientConnection connection) {
        connections.remove(connection);
    }

    private <C extends ChannelInboundHandlerAdapter & ClientConnection> ClientConnection serve(
            Channel channel, C connection) {
        channel.pipeline().addLast(connection);
        opened(connection);
        channel.closeFuture().addListener(closed -> closed(connection));
        return connection;
    }

    /** What the connection speaks is known: who speaks that takes the place of who waited for it. */
    <C extends ChannelInboundHandlerAdapter & ClientConnection> void begun(
            C waiting, ChannelHandlerContext context, boolean http2) {
        boolean secure = shared.tls() != null;
        Optional<X509Certificate> certificate = Tls.clientCertificate(context.channel());
        Channel channel = context.channel();
        ClientConnection begun = http2
                ? serve(channel, StreamsConnection.on(context.pipeline(), shared, secure, certificate))
                : serve(channel, new ServerConnection(shared, secure, certificate));
        context.pipeline().remove(waiting);
        closed(waiting);
        retireIfRevoked(begun); // the lists may have changed since the handshake began
    }

    private Runnable watch(ServerTls tls, Executor workers) {
        return tls.watch(socket.eventLoop(), workers, () -> {
            int revoked = 0;
            for (ClientConnection connection : connections) {
                if (tls.isRevoked(connection.channel())) {
                    connection.run(this::retire);
                    revoked++;
                }
            }
            if (revoked > 0) {
                LOG.info(
                        "server.tls.client-crl: open connections that end with their clients' certificates: {}",
                        revoked);
            }
        });
    }

    private void retireIfRevoked(ClientConnection connection) {
        ServerTls tls = shared.tls();
        if (tls != null && tls.isRevoked(connection.channel())) {
            retire(connection);
        }
    }

    /** Takes nothing new; calls in flight have as long as in a shutdown, or an answer without end would never be the last. */
    private void retire(ClientConnection connection) {
        connection.retire();
        Duration drain = shared.options().drainTimeout();
        later(connection, drain, ClientConnection::interrupt);
        later(connection, drain.plus(LAST_WORDS), ClientConnection::close);
    }

    private static void later(ClientConnection connection, Duration delay, Consumer<ClientConnection> action) {
        Channel channel = connection.channel();
        Future<?> last =
                channel.eventLoop().schedule(() -> action.accept(connection), delay.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> last.cancel(false));
    }

    private void whenGone() {
        if (shared.isClosed() && open.get() == 0 && !socket.isOpen()) {
            ended.complete(null);
        }
    }

    /** Sets up each connection. Accepting begins once the listener is known. */
    private static final class Initializer extends ChannelInitializer<Channel> {
        private volatile @Nullable NettyListener listener;
        private final ChannelInboundHandlerAdapter acceptance = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object accepted) {
                owner().accepted((Channel) accepted);
                Transport.afterEvents(context.channel().eventLoop(), () -> context.fireChannelRead(accepted));
            }
        };

        private NettyListener owner() {
            return Objects.requireNonNull(listener, "not listening yet");
        }

        @Override
        protected void initChannel(Channel channel) {
            NettyListener owner = owner();
            ServerTls tls = owner.shared.tls();
            if (tls == null && owner.shared.options().http2().h2c()) {
                owner.serve(channel, new PrefaceReader(owner, owner.shared));
            } else if (tls == null) {
                owner.serve(channel, new ServerConnection(owner.shared, false, Optional.empty()));
            } else {
                channel.pipeline().addLast(new RenegotiationGuard(), tls.handler(channel.alloc()));
                owner.serve(channel, new TlsGreeting(owner));
            }
        }
    }
}
