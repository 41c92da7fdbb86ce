package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sockets are driven: epoll on Linux, for what only it tells and sets; the JDK's selectors elsewhere. Neither is the
 * faster one.
 *
 * @param loops the event loops
 * @param serverChannel the kind of a listening socket
 * @param socketChannel the kind of a connection
 */
record Transport(
        MultiThreadIoEventLoopGroup loops,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends SocketChannel> socketChannel) {

    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /** Room for what the system says of a peer, its length included. */
    private static final int LONGEST_ADDRESS = 26;

    static Transport open(int threads) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new Transport(
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("inference-proxy-io", true), handlers),
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
                epoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    /**
     * Runs what registers a new socket with a loop when the loop has handled the events that it has at hand. Amid them the new
     * socket could have the number of one that was closed a moment ago, and be told what had happened to that one: a
     * connection that is still being made would fail of another's end.
     */
    static void afterEvents(EventLoop loop, Runnable registering) {
        loop.execute(registering);
    }

    /**
     * Takes in the connections that wait to be accepted, and lets nobody else in: the socket is about to close, when the
     * system resets those that wait, and with them calls that are on their way. On the loop of the socket. Without epoll
     * nothing can be done.
     */
    static void acceptWaiting(Channel listening) {
        if (!(listening instanceof EpollServerSocketChannel epoll) || !(epoll.fd() instanceof Socket socket)) {
            return;
        }
        byte[] address = new byte[LONGEST_ADDRESS];
        List<EpollSocketChannel> waiting = new ArrayList<>();
        try {
            for (int fd = socket.accept(address); fd >= 0; fd = socket.accept(address)) {
                waiting.add(new EpollSocketChannel(fd));
            }
            socket.close(); // at once: what comes in between is reset
        } catch (IOException broken) {
            LOG.debug("connections that waited could not be accepted", broken);
        }
        waiting.forEach(listening.pipeline()::fireChannelRead);
    }
}
