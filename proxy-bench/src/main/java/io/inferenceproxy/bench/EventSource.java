package io.inferenceproxy.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service that streams events: calls of a path that ends in {@code /stream} get one at once and then so many a second
 * until they go, each stream in its own time; all others get a short answer.
 */
@SuppressWarnings("FutureReturnValueIgnored") // writes that fail end with their connection
public final class EventSource implements AutoCloseable {

    private static final byte[] STREAM_HEAD = EventFormat.bytes("""
            HTTP/1.1 200 OK
            Content-Type: text/event-stream
            Cache-Control: no-cache
            Transfer-Encoding: chunked

            """.replace("\n", "\r\n"));
    private static final int LARGEST_REQUEST = 1 << 20;
    private static final int BACKLOG = 4096;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Channel listening;

    EventSource(int port, double eventsPerSecond, String answer) throws InterruptedException {
        byte[] whole = EventFormat.bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + answer.length() + "\r\n\r\n" + answer);
        listening = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpRequestDecoder())
                                .addLast(new HttpObjectAggregator(LARGEST_REQUEST))
                                .addLast(new Calls(eventsPerSecond, whole));
                    }
                })
                .bind("127.0.0.1", port)
                .sync()
                .channel();
    }

    /**
     * Serves until it is killed.
     *
     * @param args the port, the events a second of each stream (0 for none after the first), the answer to other calls
     */
    public static void main(String[] args) throws InterruptedException {
        try (EventSource source = new EventSource(Integer.parseInt(args[0]), Double.parseDouble(args[1]), args[2])) {
            source.listening.closeFuture().sync();
        }
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final class Calls extends SimpleChannelInboundHandler<FullHttpRequest> {

        private final double eventsPerSecond;
        private final byte[] answer;
        private @Nullable Future<?> events;

        Calls(double eventsPerSecond, byte[] answer) {
            this.eventsPerSecond = eventsPerSecond;
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            if (!request.uri().endsWith("/stream")) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(answer));
                return;
            }
            ctx.write(Unpooled.wrappedBuffer(STREAM_HEAD));
            send(ctx);
            if (eventsPerSecond > 0) {
                long period = Math.round(1e9 / eventsPerSecond);
                long phase = ThreadLocalRandom.current().nextLong(period);
                events = ctx.executor()
                        .scheduleAtFixedRate(() -> send(ctx), period + phase, period, TimeUnit.NANOSECONDS);
            }
        }

        private static void send(ChannelHandlerContext ctx) {
            // Of a reader that does not keep up nothing is kept back here: what it misses shows in its count.
            if (ctx.channel().isWritable()) {
                ByteBuf event = ctx.alloc().directBuffer(EventFormat.SIZE + 8);
                EventFormat.write(event, System.nanoTime());
                ctx.writeAndFlush(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (events != null) {
                events.cancel(false);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
