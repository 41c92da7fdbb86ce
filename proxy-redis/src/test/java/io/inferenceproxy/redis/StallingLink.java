package io.inferenceproxy.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** A TCP relay that can stop passing on what the server says, and lead new connections elsewhere. */
final class StallingLink implements AutoCloseable {

    private final ServerSocket server;
    private volatile int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private boolean stalled;

    private StallingLink(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    static StallingLink to(int port) {
        return to(port, ServerSocketFactory.getDefault());
    }

    /** One that clients speak TLS with; the server does not. */
    static StallingLink to(int port, SSLContext tls) {
        return to(port, tls.getServerSocketFactory());
    }

    private static StallingLink to(int port, ServerSocketFactory factory) {
        try {
            StallingLink link =
                    new StallingLink(factory.createServerSocket(0, 16, InetAddress.getLoopbackAddress()), port);
            daemon(link::accept);
            return link;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "stalling-link");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Leads new connections to another server, as a name or an address does that moves; others stay. */
    void lead(int port) {
        target = port;
    }

    void stall(boolean now) {
        synchronized (gate) {
            stalled = now;
            gate.notifyAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(redis);
                daemon(() -> pump(client, redis, false));
                daemon(() -> pump(redis, client, true));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void pump(Socket from, Socket to, boolean gated) {
        byte[] buffer = new byte[1 << 14];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (gated) {
                    await();
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException | InterruptedException closed) {
            // the end of both
        }
    }

    private void await() throws InterruptedException {
        synchronized (gate) {
            while (stalled) {
                gate.wait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        stall(false);
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
